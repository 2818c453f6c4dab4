#!/usr/bin/env bash
# What a leader gets of one picture's update, before any training and after some, by network: pbm audit inversion on FER2013.
#   tests/Benchmarks/Privacy/inversion.sh fer2013.csv.gz [ROUNDS] [PICTURES]
# Models are those of plans/fer.json with another network: the first one, which nobody has trained, and the one after ROUNDS rounds.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the data set, as in: $0 fer2013.csv.gz"}
rounds=${2:-40}
pictures=${3:-4}
home=artifacts/inversion
rm -rf "$home"
mkdir -p "$home"

# model NETWORK ROUND: its hash.
model() {
  ./pbm model list --home "$home/$1" --json | grep -oE '"model":"[0-9a-f]{64}","run":"[^"]*","round":'"$2," | head -1 | cut -d'"' -f4
}

echo "| network | trained rounds | view | recovered | PSNR in dB, mean | best |"
echo "|---|---|---|---|---|---|"
for network in 2nn cnn2-small cnn4; do
  sed -E "s/\"network\": \"[^\"]+\"/\"network\": \"$network\"/" plans/fer.json > "$home/$network.json"
  ./pbm run "$home/$network.json" --data "$data" --rounds "$rounds" --home "$home/$network" --fresh --json > /dev/null
  for round in 0 "$rounds"; do
    ./pbm audit inversion "$(model "$network" "$round")" --home "$home/$network" --pictures "$pictures" --json > "$home/audit.json"
    grep -oE '"[A-Z][^"(]*\([^"]*dB at best' "$home/audit.json" |
      sed -E "s/.u0027/'/; s/^\"([^(]+) \(.*\): (no|[0-9]+ of [0-9]+) pictures? recovered, ([0-9.]+) dB on average, ([0-9.]+) dB at best/| $network | $round | \1 | \2 | \3 | \4 |/"
  done
done
echo
grep -oE 'The mean of all test pictures[^:]*' "$home/audit.json" | tail -1
