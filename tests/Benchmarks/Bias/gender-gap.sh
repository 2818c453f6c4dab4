#!/usr/bin/env bash
# How large the gap between two groups is without training.balance, and with each kind of it.
#   tests/Benchmarks/Bias/gender-gap.sh faces/ [SEEDS [ROUNDS]]     women and men, in a folder of pictures whose labels.csv has a column gender
#   tests/Benchmarks/Bias/gender-gap.sh avatars [SEEDS [ROUNDS]]    avatars with and without glasses, of whom the former are rare
# Each seed is another partition, initial model and, of avatars, other faces; the same for all kinds. What was trained is kept in artifacts/bias.
# PBM names another pbm than ./pbm.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name a folder of pictures with labels.csv, or avatars, as in: $0 faces/"}
seeds=${2:-3}
rounds=${3:-40}
pbm=${PBM:-./pbm}
home=artifacts/bias
mkdir -p "$home"

case $data in
  avatars) name=avatars attribute=glasses less=yes more=no data=() ;;
  *) name=faces attribute=gender less=female more=male data=(--data "$data") ;;
esac
declare -A balances=(
  [none]=''
  [reweigh]="\"balance\": \"reweigh\", \"balanceBy\": \"$attribute\","
  [resample]="\"balance\": \"resample\", \"balanceBy\": \"$attribute\","
)
order="none reweigh resample"

# gap BALANCE SEED: trains it unless that was done, and names the file with what pbm model bias says of it.
gap() {
  local of=$home/$name-$1-$2-$rounds
  if [[ ! -s $of.bias ]]; then
    sed -e "s/@BALANCE@/${balances[$1]}/" -e "s/@ROUNDS@/$rounds/" "tests/Benchmarks/Bias/$name.json" > "$of.json"
    "$pbm" run "$of.json" "${data[@]}" --seed "$2" --home "$of" --fresh --json > "$of.run"
    local model
    model=$(grep -oE '"modelHash":"[0-9a-f]+"' "$of.run" | cut -d'"' -f4)
    "$pbm" model bias "$model" --by "$attribute" --home "$of" --json > "$of.part"
    rm -rf "${of:?}"
    mv "$of.part" "$of.bias"
  fi
  echo "$of.bias"
}

# accuracy FILE GROUP: the accuracy of a group.
accuracy() { grep -oE "\"value\":\"$2\",\"samples\":[0-9]+,\"persons\":[0-9a-z]+,\"isSmall\":[a-z]+,\"accuracy\":[0-9.]+" "$1" | grep -oE '[0-9.]+$'; }

# figure FILE NAME: a gap, the ends of its interval, and what chance gives.
figure() {
  grep -oE "\"name\":\"$2\",\"value\":[0-9.E-]+,[^}]*\"interval\":\{[^}]*\},\"byChance\":[0-9.E-]+" "$1" |
    sed -E 's/.*"value":([0-9.E-]+),.*"low":([0-9.E-]+),"high":([0-9.E-]+)\},"byChance":([0-9.E-]+)/\1 \2 \3 \4/'
}

for seed in $(seq 1 "$seeds"); do
  for balance in $order; do
    file=$(gap "$balance" "$seed")
    echo "seed $seed, $balance: $more $(accuracy "$file" "$more"), $less $(accuracy "$file" "$less"), gap in accuracy (low, high, by chance) $(figure "$file" accuracy)" >&2
  done
done

echo "| balance | $more, accuracy in % | $less | gap in points: mean of $seeds seeds | least to greatest | seeds whose 95 % interval excludes 0 | equalised odds, mean | macro F1 gap, mean |"
echo "|---|---|---|---|---|---|---|---|"
for balance in $order; do
  for seed in $(seq 1 "$seeds"); do
    file=$(gap "$balance" "$seed")
    echo "$(accuracy "$file" "$more") $(accuracy "$file" "$less") $(figure "$file" accuracy) $(figure "$file" "equalised odds" | cut -d' ' -f1) $(figure "$file" "macro F1" | cut -d' ' -f1)"
  done | awk -v name="$balance" '
    { d = 100 * ($1 - $2); m += $1; l += $2; gap += d; if (NR == 1 || d < lo) lo = d; if (NR == 1 || d > hi) hi = d; clear += ($4 > 0); odds += $7; f += $8 }
    END { printf "| `%s` | %.1f | %.1f | %.1f | %.1f to %.1f | %d of %d | %.3f | %.3f |\n", name, 100 * m / NR, 100 * l / NR, gap / NR, lo, hi, clear, NR, odds / NR, f / NR }'
done
