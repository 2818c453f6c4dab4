#!/usr/bin/env bash
# What the network reaches on FER2013, federated and with all pictures in one place, with and without help for the rare class.
#   tests/Benchmarks/Networks/fer-networks.sh fer2013.csv.gz [SEEDS [WAY...]]
# Each seed is another partition, another initial model, other cohorts and another order of samples. What has been trained is kept in
# artifacts/fer-networks and not done again; an interrupted training is continued. A training takes 3 to 10 minutes on two quiet cores.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the data set, as in: $0 fer2013.csv.gz"}
seeds=${2:-3}
ways=("${@:3}")
[[ ${#ways[@]} -gt 0 ]] || ways=(federated federated-balanced federated-focal central central-balanced central-focal)
home=artifacts/fer-networks
pbm=${PBM:-./pbm}
mkdir -p "$home"

# What is added to the plan's training section.
declare -A changes=(
  [plain]=''
  [balanced]='"classWeights": "balanced", "weightExponent": 0.5,'
  [focal]='"loss": "focal", "focalGamma": 1,'
)
declare -A plans=([federated]=plans/fer-best.json [central]=plans/fer-central.json)
declare -A commands=([federated]=run [central]=train)

# figures WAY SEED: trains and measures it unless that was done, and names the file of what came out.
figures() {
  local kind=${1%%-*} change=plain
  [[ $1 == *-* ]] && change=${1#*-}
  local name=$home/$1-$2
  if [[ ! -s $name.result ]]; then
    sed "s/\"labelSmoothing\"/${changes[$change]} &/" "${plans[$kind]}" > "$name.json"
    "$pbm" "${commands[$kind]}" "$name.json" --data "$data" --seed "$2" --home "$name" --json > "$name.run"
    "$pbm" model eval "$(sed -E 's/.*"modelHash":"([0-9a-f]+)".*/\1/' "$name.run")" --data "$data" --home "$name" --resamples 0 --json > "$name.part"
    rm -rf "${name:?}"
    mv "$name.part" "$name.result"
  fi
  echo "$name.result"
}

# numbers FILE: accuracy, macro F1, recall of disgust.
numbers() {
  sed -E 's/^[^[]*"accuracy":([0-9.]+),[^[]*"macroF1":([0-9.]+),[^[]*\[.*"name":"disgust","precision":[0-9.]+,"recall":([0-9.]+),.*/\1 \2 \3/' "$1"
}

for seed in $(seq 1 "$seeds"); do
  for way in "${ways[@]}"; do
    echo "seed $seed, $way: $(numbers "$(figures "$way" "$seed")")" >&2
  done
done

echo "| way | accuracy, mean of $seeds seeds | least to greatest | macro F1 | recall of disgust |"
echo "|---|---|---|---|---|"
for way in "${ways[@]}"; do
  for seed in $(seq 1 "$seeds"); do
    numbers "$(figures "$way" "$seed")"
  done | awk -v way="$way" '
    { sum += $1; f += $2; r += $3; if (NR == 1 || $1 < lo) lo = $1; if ($1 > hi) hi = $1; if (NR == 1 || $3 < rlo) rlo = $3; if ($3 > rhi) rhi = $3 }
    END { printf "| %s | %.1f %% | %.1f to %.1f | %.3f | %.0f %% (%.0f to %.0f) |\n", way, 100 * sum / NR, 100 * lo, 100 * hi, f / NR, 100 * r / NR, 100 * rlo, 100 * rhi }'
done
