#!/usr/bin/env bash
# What compressed updates cost in accuracy on MNIST, and how many bytes they save.
#   tests/Benchmarks/Compression/compression-accuracy.sh mnist/ [SEEDS [ROUNDS [WAYS]]]     # such as "none topK-0.10"
# Each seed is another partition, initial model and cohorts, the same for all ways to compress. Bytes are those of the updates as their
# students encode them, counted by the run itself. What has been trained is kept in artifacts/compression-accuracy.
set -euo pipefail
cd "$(dirname "$0")/../../.."
data=${1:?"name the folder of MNIST's idx files, as in: $0 mnist/"}
seeds=${2:-3}
rounds=${3:-20}
home=artifacts/compression-accuracy
plan=tests/Benchmarks/Compression/compression-accuracy.json
mkdir -p "$home"

declare -A ways=(
  [none]='{ "method": "none" }'
  [quantise-8]='{ "method": "quantise", "bits": 8 }'
  [quantise-4]='{ "method": "quantise", "bits": 4 }'
  [quantise-3]='{ "method": "quantise", "bits": 3 }'
  [quantise-2]='{ "method": "quantise", "bits": 2 }'
  [topK-0.10]='{ "method": "topK", "share": 0.1 }'
  [topK-0.05]='{ "method": "topK", "share": 0.05 }'
  [topK-0.10-feedback]='{ "method": "topK", "share": 0.1, "errorFeedback": true }'
  [topK-0.05-feedback]='{ "method": "topK", "share": 0.05, "errorFeedback": true }'
  [quantise-2-feedback]='{ "method": "quantise", "bits": 2, "errorFeedback": true }'
)
order=${4:-"none quantise-8 quantise-4 quantise-3 quantise-2 topK-0.10 topK-0.05 topK-0.10-feedback topK-0.05-feedback quantise-2-feedback"}

# result WAY SEED: trains it unless that was done, and names the file of what came out.
result() {
  local name=$home/$1-$2-$rounds
  if [[ ! -s $name.result ]]; then
    sed -e "s/@ROUNDS@/$rounds/" -e "s/@COMPRESSION@/${ways[$1]}/" "$plan" > "$name.json"
    ./pbm run "$name.json" --data "$data" --seed "$2" --home "$name" --fresh --json > "$name.part"
    rm -rf "${name:?}"
    mv "$name.part" "$name.result"
  fi
  echo "$name.result"
}

for seed in $(seq 1 "$seeds"); do
  for way in $order; do
    echo "seed $seed, $way: $(sed -E 's/.*"accuracy":([0-9.]+).*"updateBytes":([0-9]+).*/accuracy \1, \2 bytes/' "$(result "$way" "$seed")")" >&2
  done
done

echo "| compression | accuracy in %, mean ($seeds seeds, $rounds rounds) | least to greatest | cost in points | times fewer bytes |"
echo "|---|---|---|---|---|"
for way in $order; do
  for seed in $(seq 1 "$seeds"); do
    sed -E 's/.*"accuracy":([0-9.]+).*"updateBytes":([0-9]+).*/'"$way"' \1 \2/' "$(result "$way" "$seed")"
  done
done | awk '
  function show() {
    if (name == "") return
    mean = sum / n
    if (name == "none") { base = mean; all = bytes }
    printf "| %s | %.2f | %.2f to %.2f | %.2f | %.1f |\n", name, 100 * mean, 100 * lo, 100 * hi, 100 * (base - mean), all / bytes
  }
  $1 != name { show(); name = $1; sum = n = bytes = 0; lo = 2; hi = -1 }
  { sum += $2; n++; bytes += $3; if ($2 < lo) lo = $2; if ($2 > hi) hi = $2 }
  END { show() }'
