#!/usr/bin/env bash
# How long a lost seed is missed: failover.sh [TIMES]. A private cluster with two seeds and a PostgreSQL trains; the seed that leads is killed
# (kill -9), and started again once the other leads. Prints, for each time and as median, the milliseconds from the kill to the other
# seed's first message as coordinator, and to the round that it asks the nodes for.
set -euo pipefail
cd "$(dirname "$0")/../../.."
times=${1:-10}
[[ $times =~ ^[1-9][0-9]*$ ]] || { echo "failover.sh: '$times' is no number of times." >&2; exit 2; }
place=$(mktemp -d)
trap 'scripts/cluster-down.sh --home "$place"; rm -rf "$place"' EXIT
scripts/cluster-up.sh 2 --postgres --seeds 2 --home "$place" >&2
export COHORT_TOKEN_FILE=$place/secrets/operator-token
url_of() { sed -n "s/^$1 //p" "$place/members"; }
leads() { curl -fsS -H "Authorization: Bearer $(<"$COHORT_TOKEN_FILE")" "$(url_of "$1")/api/v1/cluster" 2>/dev/null | grep -q '"leading":true'; }
leader() {
  for _ in $(seq 300); do
    for seed in seed1 seed2; do ! leads $seed || { echo $seed; return; }; done
    sleep 0.1
  done
  echo "failover.sh: no seed leads." >&2
  return 1
}

./pbm round start plans/quick.json --rounds 1000000 --cluster "$(url_of "$(leader)")" >&2
for _ in $(seq "$times"); do
  sleep 3 # in the middle of a run
  lost=$(leader)
  [ "$lost" = seed1 ] && other=seed2 || other=seed1
  lines=$(wc -l <"$place/logs/$other.log")
  read -r id _ <"$place/run/$lost.pid"
  killed=$(date +%s%3N)
  kill -9 "$id"
  [ "$(leader)" = "$other" ]
  sleep 2
  tail -n "+$((lines + 1))" "$place/logs/$other.log" >"$place/taken-over"
  python3 - "$killed" "$place/taken-over" <<'PYTHON'
import datetime, sys
def first(text):
    for line in open(sys.argv[2]):
        if text in line:
            moment = datetime.datetime.fromisoformat(line.split()[0].replace("Z", "+00:00"))
            return round(moment.timestamp() * 1000) - int(sys.argv[1])
    sys.exit(f"failover.sh: the other seed's log has no line with '{text}'.")
print(first("The cluster's coordinator runs here"), first("RoundStarted"))
PYTHON
  scripts/cluster-member.sh up "$lost" --home "$place" >&2
done | tee "$place/times" | while read -r message round; do
  echo "first message after $message ms, the run's round asked for after $round ms"
done
python3 - "$place/times" <<'PYTHON'
import statistics, sys
rows = [tuple(map(int, line.split())) for line in open(sys.argv[1])]
for name, column in (("first message", 0), ("round asked for", 1)):
    values = [row[column] for row in rows]
    print(f"{name}: median of {len(values)}: {statistics.median(values):.0f} ms ({min(values)} to {max(values)})")
PYTHON
