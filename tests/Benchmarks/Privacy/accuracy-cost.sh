#!/usr/bin/env bash
# What epsilon 8 costs in accuracy on FER2013, and how many students would make it 5 points.
#   tests/Benchmarks/Privacy/accuracy-cost.sh fer2013.csv.gz [SEEDS]
# The sample has 50 students. The mean of the q K updates of a round carries noise of deviation z S / (q K): with K' students it
# would carry that of multiplier z K / K' with 50. So larger populations are tried with 50 students and so much less noise; what
# more faces would add to accuracy is not in it. Each seed is another partition, initial model, cohorts and noise.
# What has been trained is kept in artifacts/accuracy-cost and not trained again.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the data set, as in: $0 fer2013.csv.gz"}
seeds=${2:-3}
students=50
multiplier=1.2157
populations="50 1000 3000"
home=artifacts/accuracy-cost
plan=tests/Benchmarks/Privacy/accuracy-cost.json
mkdir -p "$home"

# accuracy PLAN SEED: trains it unless that was done, and prints the accuracy.
accuracy() {
  local result=$home/$1-$2.result
  if [[ ! -s $result ]]; then
    ./pbm run "$home/$1.json" --data "$data" --seed "$2" --home "$home/$1-$2" --fresh --json > "$result.part"
    rm -rf "${home:?}/$1-$2"
    mv "$result.part" "$result"
  fi
  sed -E 's/.*"accuracy":([0-9.]+).*/\1/' "$result"
}

# mean LIST: mean and range in per cent.
mean() {
  awk '{ n = NF; lo = hi = $1; for (i = 1; i <= n; i++) { s += $i; if ($i < lo) lo = $i; if ($i > hi) hi = $i }
         printf "%.1f %.1f %.1f", 100 * s / n, 100 * lo, 100 * hi }' <<< "$*"
}

sed '/"privacy"/d' "$plan" > "$home/none.json"
sed 's/@NOISE@/0/' "$plan" > "$home/clipped.json"
for population in $populations; do
  noise=$(awk -v z=$multiplier -v k=$students -v p="$population" 'BEGIN { printf "%.6g", z * k / p }')
  sed "s/@NOISE@/$noise/" "$plan" > "$home/$population.json"
done

for seed in $(seq 1 "$seeds"); do
  for kind in none clipped $populations; do
    trained=$(accuracy "$kind" "$seed")
    echo "seed $seed, $kind: $trained" >&2
  done
done

echo "| students | accuracy in %, mean ($seeds seeds) | least to greatest | cost in points |"
echo "|---|---|---|---|"
read -r base _ _ <<< "$(mean "$(for s in $(seq 1 "$seeds"); do accuracy none "$s"; done | tr '\n' ' ')")"
for kind in none clipped $populations; do
  read -r average least most <<< "$(mean "$(for s in $(seq 1 "$seeds"); do accuracy "$kind" "$s"; done | tr '\n' ' ')")"
  echo "$kind $average $least $most"
done | awk -v base="$base" '{
  cost = base - $2
  name = $1 == "none" ? "no clipping, no noise" : $1 == "clipped" ? "clipped to 1, no noise" : $1
  printf "| %s | %s | %s to %s | %.1f |\n", name, $2, $3, $4, cost
  if ($1 + 0 > 0) {
    if (before > 5 && cost <= 5) {
      share = (before - 5) / (before - cost)
      crossing = exp(log(population) + share * (log($1) - log(population)))
    }
    before = cost; population = $1
  }
} END { if (crossing) printf "\n5 points at about %.0f students (linear in the logarithm between the two rows around it).\n", crossing }'
