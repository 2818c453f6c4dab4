#!/usr/bin/env bash
# Accuracy and macro F1 of plans/text.json, trained in one place and federatedly, over seeds.
#   tests/Benchmarks/Text/text-accuracy.sh DATA [SEEDS [EPOCHS [PLAN]]]
# DATA is a folder with train.csv and test.csv or dev.csv. A seed is another partition, initial model, cohorts and order. EPOCHS is for the
# training in one place, which takes the plan's learning rate times 0.4: the best of 2, 3 and 5 there. What has been trained is kept in artifacts/text.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the folder of texts, as in: $0 messages/"}
seeds=${2:-3}
epochs=${3:-12}
plan=${4:-plans/text.json}
home=artifacts/text
mkdir -p "$home"

# measured WAY SEED: trains it unless that was done, and prints accuracy and macro F1.
measured() {
  local name
  name=$home/$1-$2-$(sha256sum < "$plan" | cut -c1-8)
  if [[ ! -s $name.json ]]; then
    if [[ $1 == central ]]; then
      sed -E 's/("learningRate": )5,/\12,/; s#"plan.schema.json"#"../../plans/plan.schema.json"#' "$plan" > "$name.plan.json"
      ./pbm train "$name.plan.json" --data "$data" --seed "$2" --epochs "$epochs" --home "$name" --fresh --json > "$name.part"
    else
      ./pbm run "$plan" --data "$data" --seed "$2" --home "$name" --fresh --json > "$name.part"
    fi
    rm -rf "${name:?}"
    mv "$name.part" "$name.json"
  fi
  grep -oE '"(accuracy|macroF1)":[0-9.]+' "$name.json" | head -2 | cut -d: -f2 | paste -sd ' '
}

for seed in $(seq 1 "$seeds"); do
  for way in central federated; do
    echo "seed $seed, $way: $(measured "$way" "$seed")" >&2
  done
done

echo "| | accuracy in %, mean of $seeds seeds | least to greatest | macro F1, mean | least to greatest |"
echo "|---|---|---|---|---|"
for way in central federated; do
  for seed in $(seq 1 "$seeds"); do
    measured "$way" "$seed"
  done | awk -v way="$way" '
    { a += $1; f += $2; if (NR == 1 || $1 < al) al = $1; if ($1 > ah) ah = $1; if (NR == 1 || $2 < fl) fl = $2; if ($2 > fh) fh = $2 }
    END { printf "| %s | %.1f | %.1f to %.1f | %.3f | %.3f to %.3f |\n", way, 100 * a / NR, 100 * al, 100 * ah, f / NR, fl, fh }'
done
