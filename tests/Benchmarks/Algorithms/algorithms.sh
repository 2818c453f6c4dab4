#!/usr/bin/env bash
# What client algorithms and asynchronous rounds make of students who know few digits: MNIST, 100 students, C = 0.1.
#   tests/Benchmarks/Algorithms/algorithms.sh mnist/ [SEEDS [ROUNDS [PARTITION]]]
# PARTITION is shards: two digits each, students of equal size; or dirichlet: Dirichlet(0.1), students of very different sizes.
# Each seed is another partition, initial model and cohorts, the same for all algorithms. As accuracy jumps from round to round with such
# students, the mean and the least of the last ten rounds are told beside the last. What has been trained is kept in artifacts/algorithms.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the folder of MNIST's idx files, as in: $0 mnist/"}
seeds=${2:-3}
rounds=${3:-60}
partition=${4:-shards}
home=artifacts/algorithms
template=tests/Benchmarks/Algorithms/algorithms.json
mkdir -p "$home"

declare -A algorithms=(
  [fedAvg]='"fedAvg"'
  [fedProx]='"fedProx", "mu": 0.1'
  [fedNova]='"fedNova"'
  [scaffold]='"scaffold"'
  [fedBuff]='"fedAvg"'
)
declare -A modes=([fedBuff]=', "mode": "fedBuff", "concurrency": 30')
declare -A partitions=(
  [shards]='"partition": "shards", "shardsPerStudent": 2'
  [dirichlet]='"partition": "dirichlet", "alpha": 0.1'
)
order="fedAvg fedProx fedNova scaffold fedBuff"

# accuracies ALGORITHM SEED: trains it unless that was done, and names the file with the accuracy of each round, a line each.
accuracies() {
  local name=$home/$partition-$1-$2-$rounds
  if [[ ! -s $name.rounds ]]; then
    sed -e "s/@PARTITION@/${partitions[$partition]}/" -e "s/@ALGORITHM@/${algorithms[$1]}/" -e "s/@ROUNDS@/$rounds/" -e "s/@MODE@/${modes[$1]-}/" "$template" > "$name.json"
    ./pbm run "$name.json" --data "$data" --seed "$2" --home "$name" --fresh --json > "$name.run"
    ./pbm ledger show algorithms-1 --home "$name" --json | grep -oE '"accuracy":[0-9.]+,"macroF1"' | cut -d: -f2 | cut -d, -f1 > "$name.part"
    rm -rf "${name:?}"
    mv "$name.part" "$name.rounds"
  fi
  echo "$name.rounds"
}

for seed in $(seq 1 "$seeds"); do
  for algorithm in $order; do
    echo "seed $seed, $algorithm: $(tail -1 "$(accuracies "$algorithm" "$seed")")" >&2
  done
done

echo "| algorithm | accuracy in % after $rounds rounds, mean of $seeds seeds | least to greatest | mean of the last ten rounds | least of them |"
echo "|---|---|---|---|---|"
for algorithm in $order; do
  for seed in $(seq 1 "$seeds"); do
    tail -10 "$(accuracies "$algorithm" "$seed")" | awk '{ s += $1; if (NR == 1 || $1 < lo) lo = $1 } END { print $1, s / NR, lo }'
  done | awk -v name="$algorithm" '
    { sum += $1; ten += $2; if (NR == 1 || $1 < lo) lo = $1; if ($1 > hi) hi = $1; if (NR == 1 || $3 < least) least = $3 }
    END { printf "| `%s` | %.1f | %.1f to %.1f | %.1f | %.1f |\n", name, 100 * sum / NR, 100 * lo, 100 * hi, 100 * ten / NR, 100 * least }'
done
