#!/usr/bin/env bash
# 10,000 simulated students over 4 nodes, all of them in every round, a tenth of whom falls silent: students.sh [ROUNDS].
# Prints every round, and every process's memory (resident set, MB) as each round ended.
set -euo pipefail
cd "$(dirname "$0")/../../.."
rounds=${1:-5}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "students.sh: '$rounds' is no number of rounds." >&2; exit 2; }
place=$(mktemp -d)
trap 'scripts/cluster-down.sh --home "$place"; rm -rf "$place"' EXIT
scripts/cluster-up.sh 4 --slots 1 --home "$place" >&2
export COHORT_TOKEN_FILE=$place/secrets/operator-token
COHORT_CLUSTER=$(sed -n 's/^seed1 //p' "$place/members")
export COHORT_CLUSTER

# memory: of every member, and of the broker, which is a tree of processes.
memory() {
  local file id
  for file in "$place"/run/seed*.pid "$place"/run/node*.pid "$place"/run/broker*.pid; do
    read -r id _ <"$file"
    printf '%s %d  ' "$(basename "$file" .pid)" "$(($(resident "$id") / 1024))"
  done
  echo
}
# resident PID: its own and its children's resident sets, in kB.
resident() {
  local child sum
  sum=$(awk '/^VmRSS:/ { print $2 }' "/proc/$1/status" 2>/dev/null || true)
  for child in $(pgrep -P "$1" || true); do sum=$((${sum:-0} + $(resident "$child"))); done
  echo "${sum:-0}"
}

echo "before: $(memory)"
./pbm round start tests/Benchmarks/Cluster/students.json --rounds "$rounds" >&2
./pbm round watch 2>/dev/null | while read -r line; do
  echo "$line"
  [[ $line != round* ]] || echo "  memory, MB: $(memory)"
done
