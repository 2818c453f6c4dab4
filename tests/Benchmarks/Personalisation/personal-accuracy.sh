#!/usr/bin/env bash
# What students of few emotions gain who make the global model their own, on FER2013: accuracies on the pictures that each kept from training.
#   tests/Benchmarks/Personalisation/personal-accuracy.sh fer2013.csv.gz [SEEDS]
# Each seed is another partition, other held-out pictures, another initial model and other cohorts; its global model is the same for all
# methods, and another one for fedPer, which trains it otherwise. What has been trained and judged is kept in artifacts/personal-accuracy and not done again.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the data set, as in: $0 fer2013.csv.gz"}
seeds=${2:-3}
home=artifacts/personal-accuracy
plan=tests/Benchmarks/Personalisation/personal-accuracy.json
mkdir -p "$home"

declare -A options=(
  [none]="--method none"
  [local-5]="--method local --with epochs=5"
  [local-20]="--method local --with epochs=20"
  [fineTune-1]="--method fineTune --with epochs=1"
  [fineTune-5]="--method fineTune --with epochs=5"
  [ditto-0.1]="--method ditto --with epochs=5,lambda=0.1"
  [ditto-1]="--method ditto --with epochs=5,lambda=1"
  [ditto-10]="--method ditto --with epochs=5,lambda=10"
  [fedPer-0]="--method none"
  [fedPer-5]="--method fineTune --with epochs=5"
)
order="none local-5 local-20 fineTune-1 fineTune-5 ditto-0.1 ditto-1 ditto-10 fedPer-0 fedPer-5"

# figures WAY SEED: trains the seed's model and judges it unless that was done, and names the file of what came out.
figures() {
  local algorithm=fedAvg
  [[ $1 == fedPer-* ]] && algorithm=fedPer
  local model=$home/$algorithm-model-$2 result=$home/$1-$2.result
  if [[ ! -s $model.hash ]]; then
    sed "s/@ALGORITHM@/$algorithm/" "$plan" > "$model.json"
    ./pbm run "$model.json" --data "$data" --seed "$2" --home "$model" --fresh --json | sed -E 's/.*"modelHash":"([0-9a-f]+)".*/\1/' > "$model.part"
    mv "$model.part" "$model.hash"
  fi
  if [[ ! -s $result ]]; then
    # shellcheck disable=SC2086 # the options are several words
    ./pbm model personalise "$(< "$model.hash")" --home "$model" ${options[$1]} --json > "$result.part"
    mv "$result.part" "$result"
  fi
  echo "$result"
}

for seed in $(seq 1 "$seeds"); do
  for way in $order; do
    echo "seed $seed, $way: mean $(sed -E 's/.*"personal":\{"mean":([0-9.]+).*/\1/' "$(figures "$way" "$seed")")" >&2
  done
done

# Of each figure the mean over the seeds, in per cent; gained and lost are students of all seeds together.
echo "| method | mean of students | of samples | deviation | worst tenth | 10th percentile | median | 90th percentile | gained | lost |"
echo "|---|---|---|---|---|---|---|---|---|---|"
for way in $order; do
  for seed in $(seq 1 "$seeds"); do
    sed -E 's/.*"personal":(\{[^}]*\}),"commonestMean":[^,]*,"gained":([0-9]+),"lost":([0-9]+).*/\1 \2 \3/; s/"histogram":[^}]*//; s/[{}",]/ /g; s/: */ /g' "$(figures "$way" "$seed")"
  done | awk -v way="$way" '{
    for (i = 1; i < NF - 1; i += 2) sum[$i] += $(i + 1)
    gained += $(NF - 1); lost += $NF
  } END {
    printf "| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %d | %d |\n", way, 100 * sum["mean"] / NR, 100 * sum["weightedMean"] / NR,
      100 * sum["deviation"] / NR, 100 * sum["worstTenth"] / NR, 100 * sum["percentile10"] / NR, 100 * sum["median"] / NR,
      100 * sum["percentile90"] / NR, gained, lost
  }'
done
for seed in $(seq 1 "$seeds"); do
  sed -E 's/.*"commonestMean":([0-9.]+).*/\1/' "$(figures none "$seed")"
done | awk '{ sum += $1 } END { printf "\nAlways naming the commonest emotion of its training pictures, a student is right in %.1f %%.\n", 100 * sum / NR }'
