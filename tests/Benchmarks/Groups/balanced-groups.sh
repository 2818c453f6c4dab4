#!/usr/bin/env bash
# Do balanced groups help? FER2013 over 50 students of skewed labels, in 10 groups that average by themselves 2 or 4 times a global
# round (Liu et al. 2020): balanced groups against random ones against none. The table goes to standard output, the plot into docs/.
#   tests/Benchmarks/Groups/balanced-groups.sh fer2013.csv.gz [SEEDS] [ROUNDS]
# Each seed is another partition and another initial model; what is compared has both in common. Without groups twice as many rounds
# are trained, to compare at the same number of trainings too, and 2 or 4 epochs a round, to compare with what costs as much. Groups that average once a round change no bit, which is shown
# by hashes and not trained again. What has been trained is kept in artifacts/balanced-groups and not trained again.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the data set, as in: $0 fer2013.csv.gz"}
seeds=${2:-3}
rounds=${3:-12}
groups=10
plan=tests/Benchmarks/Groups/balanced-groups.json
home=artifacts/balanced-groups
results=$home/$rounds-rounds
mkdir -p "$results"
declare -A students=(
  [dirichlet]='"partition": "dirichlet", "alpha": 0.1'
  [shards]='"partition": "shards", "shardsPerStudent": 2'
)

# plan PARTITION GROUPING INTRA ROUNDS: the name of a plan's file, which is written. GROUPING is random, balanced, or none, where students
# train INTRA epochs a round.
plan() {
  local file=$home/$1-$2-$3-$4.json formed='"count": 1' epochs=$3
  [[ $2 == none ]] || formed="\"count\": $groups, \"method\": \"$2\", \"intraGroupRounds\": $3" epochs=1
  sed -e "s/@STUDENTS@/${students[$1]}/" -e "s/@GROUPS@/$formed/" -e "s/@EPOCHS@/$epochs/" -e "s/@ROUNDS@/$4/" "$plan" > "$file"
  echo "$file"
}

# train FILE SEED RESULT: the run's rounds, as the ledger has them, go to RESULT.json.
train() {
  if [[ ! -s $3.json ]]; then
    ./pbm run "$1" --data "$data" --seed "$2" --home "$3.home" --fresh --json > /dev/null
    ./pbm ledger show --home "$3.home" --json > "$3.runs"
    ./pbm ledger show "$(sed -E 's/.*"run":"([^"]+)".*/\1/' "$3.runs")" --home "$3.home" --json > "$3.part"
    rm -rf "${3:?}.home" "$3.runs"
    mv "$3.part" "$3.json"
  fi
}

# balance FILE SEED RESULT: the groups that a run forms go to RESULT.json.
balance() {
  if [[ ! -s $3.json ]]; then
    ./pbm groups show "$1" --data "$data" --seed "$2" --json > "$3.part"
    mv "$3.part" "$3.json"
  fi
}

for seed in $(seq 1 "$seeds"); do
  for partition in dirichlet shards; do
    train "$(plan $partition none 1 $((2 * rounds)))" "$seed" "$results/$partition-none-1-$seed"
    for epochs in 2 4; do
      train "$(plan $partition none $epochs "$rounds")" "$seed" "$results/$partition-none-$epochs-$seed"
    done
    for grouping in random balanced; do
      balance "$(plan $partition $grouping 1 "$rounds")" "$seed" "$results/$partition-$grouping-balance-$seed"
      train "$(plan $partition $grouping 1 2)" "$seed" "$results/$partition-$grouping-1-$seed"
      for intra in 2 4; do
        train "$(plan $partition $grouping $intra "$rounds")" "$seed" "$results/$partition-$grouping-$intra-$seed"
        echo "seed $seed, $partition, $grouping groups, $intra intra-group rounds: trained" >&2
      done
    done
  done
done

scripts/build.sh benchmarks
dotnet tests/Benchmarks/bin/Release/net10.0/Cohort.Benchmarks.dll balanced-groups "$results" docs/balanced-groups.svg
