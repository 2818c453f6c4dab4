#!/usr/bin/env bash
# What made pictures do for FER2013's rarest class: recall of disgust and macro F1 of a network trained in one place, on the recorded faces
# alone, with variations of the recorded faces of disgust, and with drawn ones; in both cases to so many of disgust as TO says.
#   tests/Benchmarks/Synthetic/disgust.sh fer2013.csv.gz [SEEDS [EPOCHS [TO]]]
# The test half is the same, recorded one for all. What has been trained is kept in artifacts/disgust and not done again.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the data set, as in: $0 fer2013.csv.gz"}
seeds=${2:-3}
epochs=${3:-8}
to=${4:-400}
home=artifacts/disgust
plan=tests/Benchmarks/Synthetic/disgust.json
mkdir -p "$home"

# The data of each way is imported once, under its name.
prepare() {
  if [[ ! -e $home/data/$1.safetensors ]]; then
    case $1 in
      recorded) ./pbm data import "$data" --name "$1" --home "$home" ;;
      varied)
        ./pbm data synth --vary "$data" --balance class --class disgust --to "$to" --output "$home/$1" --sheet "$home/$1.png"
        ./pbm data import "$data" --add "$home/$1" --name "$1" --home "$home" ;;
      drawn)
        ./pbm data synth --like "$data" --balance class --class disgust --to "$to" --output "$home/$1" --sheet "$home/$1.png"
        ./pbm data import "$data" --add "$home/$1" --name "$1" --home "$home" ;;
    esac >&2
  fi
}

for way in recorded varied drawn; do
  prepare "$way"
done
for seed in $(seq 1 "$seeds"); do
  for way in recorded varied drawn; do
    result=$home/$way-$epochs-$seed.json
    if [[ ! -s $result ]]; then
      ./pbm train "$plan" --data "$way" --home "$home" --epochs "$epochs" --seed "$seed" --json > "$result.part"
      mv "$result.part" "$result"
    fi
    echo "seed $seed, $way: $(sed -E 's/.*"accuracy":([0-9.]+),"macroF1":([0-9.]+).*/accuracy \1, macro F1 \2/' "$result")" >&2
  done
done

# Of each figure the mean over the seeds, and the least and the largest.
echo "| trained on | disgust: recall | disgust: precision | macro F1 | accuracy |"
echo "|---|---|---|---|---|"
for way in recorded varied drawn; do
  for seed in $(seq 1 "$seeds"); do
    sed -E 's/.*"accuracy":([0-9.]+),"macroF1":([0-9.]+).*"name":"disgust","precision":([0-9.]+),"recall":([0-9.]+).*/\4 \3 \2 \1/' \
      "$home/$way-$epochs-$seed.json"
  done | awk -v way="$way" '{
    for (i = 1; i <= 4; i++) {
      sum[i] += $i
      if (NR == 1 || $i < least[i]) least[i] = $i
      if (NR == 1 || $i > most[i]) most[i] = $i
    }
  } END {
    printf "| %s |", way
    for (i = 1; i <= 4; i++)
      printf i == 3 ? " %.4f (%.4f to %.4f) |" : " %.1f %% (%.1f to %.1f) |", (i == 3 ? 1 : 100) * sum[i] / NR,
        (i == 3 ? 1 : 100) * least[i], (i == 3 ? 1 : 100) * most[i]
    print ""
  }'
done
