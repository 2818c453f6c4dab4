#!/usr/bin/env bash
# 10,000 simulated students over 4 nodes, all of them in every round, a tenth of whom falls silent: students.sh [ROUNDS].
# Prints every round, and every process's memory (resident set, MB) as each round ended.
set -euo pipefail
cd "$(dirname "$0")/../../.."
rounds=${1:-3}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "students.sh: '$rounds' is no number of rounds." >&2; exit 2; }
place=$(mktemp -d)
trap 'scripts/cluster-down.sh --home "$place"; rm -rf "$place"' EXIT
scripts/cluster-up.sh 4 --slots 1 --home "$place" >&2
export COHORT_TOKEN_FILE=$place/secrets/operator-token
COHORT_CLUSTER=$(sed -n 's/^seed1 //p' "$place/members")
export COHORT_CLUSTER

memory() {
  local file id
  for file in "$place"/run/{seed,node,broker}*.pid; do
    [ -e "$file" ] || continue
    read -r id _ <"$file"
    # The broker's own process is a child of the script that was started.
    printf '%s %d  ' "$(basename "$file" .pid)" "$(($(sum_resident "$id") / 1024))"
  done
  echo
}
sum_resident() {
  local id sum=0
  for id in $1 $(descendants "$1"); do
    sum=$((sum + $(sed -n 's/^VmRSS: *\([0-9]*\).*/\1/p' "/proc/$id/status" 2>/dev/null || echo 0)))
  done
  echo $sum
}
descendants() {
  local child
  for child in $(pgrep -P "$1" || true); do echo "$child"; descendants "$child"; done
}

echo "before: $(memory)"
./pbm round start tests/Benchmarks/Cluster/students.json --rounds "$rounds" >&2
./pbm round watch 2>/dev/null | while read -r line; do
  echo "$line"
  [[ $line != round* ]] || echo "  memory, MB: $(memory)"
done
