#!/usr/bin/env bash
# What spreading a run over nodes costs: nodes.sh PLAN [--data DATA] [--rounds N] [--repeats N]. Trains the plan in one process, over 2 nodes
# and over 4, in turn, on this machine; all of them have as many slots as it has processors, or one each where they are more.
# Prints each run's wall time and model hash, the bytes over the broker in a round beside nodes x groups x update + nodes x model, and the
# medians' ratio to one process.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/../../.."
plan=${1:?nodes.sh PLAN [--data DATA] [--rounds N] [--repeats N]}
[[ $plan = /* ]] || plan=$caller/$plan
shift
data='' rounds=() repeats=1
while [ $# -gt 0 ]; do
  case $1 in
    --data) data=$(cd "$caller" && realpath "$2"); shift 2 ;;
    --rounds) rounds=(--rounds "$2"); shift 2 ;;
    --repeats) repeats=$2; shift 2 ;;
    *) echo "nodes.sh: '$1' is no option" >&2; exit 2 ;;
  esac
done
place=$(mktemp -d)
trap 'scripts/cluster-down.sh --home "$place/2"; scripts/cluster-down.sh --home "$place/4"; rm -rf "$place"' EXIT
scripts/build.sh pbm seed node
# A cluster finds data by its name in a folder.
name=()
if [ -n "$data" ]; then
  mkdir "$place/data"
  ln -s "$data" "$place/data/$(basename "$data")"
  name=(--data "$(basename "$data")")
fi
processors=$(nproc)

alone() {
  ./pbm run "$plan" ${data:+--data "$data"} "${rounds[@]}" --fresh --json --home "$place/1" >"$place/result"
  echo "1 $(python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); print(r["wallSeconds"], r["modelHash"], r["rounds"], 0)' "$place/result")"
}

over() {
  local nodes=$1 slots=$((processors / $1)) home=$place/$1 url bytes before
  [ $slots -ge 1 ] || slots=1
  scripts/cluster-up.sh "$nodes" --slots "$slots" --home "$home" ${data:+--data "$place/data"} >&2
  url=$(sed -n 's/^seed1 //p' "$home/members")
  sleep 3 # the members' first figures are in
  before=$(received "$url" "$home")
  ./pbm round start "$plan" "${name[@]}" "${rounds[@]}" --fresh --wait --json --cluster "$url" --token-file "$home/secrets/operator-token" >"$place/result" 2>/dev/null
  sleep 3
  bytes=$(($(received "$url" "$home") - before))
  echo "$nodes $(python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); print(r["wallSeconds"], r["modelHash"], r["rounds"], sys.argv[2])' "$place/result" "$bytes")"
  scripts/cluster-down.sh --home "$home" >&2
}
# received URL HOME: bytes that all members have received over the broker.
received() {
  ./pbm cluster show --json --cluster "$1" --token-file "$2/secrets/operator-token" |
    python3 -c 'import json,sys; print(sum(m["work"]["bytesIn"] for m in json.load(sys.stdin)["members"] if m["work"]))'
}

for _ in $(seq "$repeats"); do
  alone
  over 2
  over 4
done | tee /dev/stderr >"$place/results"
./pbm plan check "$plan" --json >"$place/plan" 2>/dev/null || true
python3 - "$place/results" "$plan" "$(./pbm model list --json --home "$place/1" | python3 -c 'import json,sys; print(json.load(sys.stdin)["models"][0]["parameters"])')" <<'PYTHON'
import json, re, statistics, sys
rows = [line.split() for line in open(sys.argv[1])]
plan = json.loads(re.sub(r"^\s*//.*$", "", open(sys.argv[2]).read(), flags=re.M))
groups, parameters = plan.get("groups", {}).get("count", 5), int(sys.argv[3])
model, update = 4 * parameters, 4 * parameters  # float32; sums travel as 32-bit integers where they fit
one = statistics.median(float(row[1]) for row in rows if row[0] == "1")
hashes = {row[2] for row in rows}
print("one hash:" if len(hashes) == 1 else "DIFFERENT hashes:", *hashes)
print(f"one process: {one:.1f} s")
for nodes in ("2", "4"):
    mine = [row for row in rows if row[0] == nodes]
    walls = [float(row[1]) for row in mine]
    measured = statistics.median(int(row[4]) / int(row[3]) for row in mine)
    expected = int(nodes) * groups * update + int(nodes) * model
    wall = statistics.median(walls)
    print(f"{nodes} nodes: {wall:.1f} s ({min(walls):.1f} to {max(walls):.1f}), {wall / one - 1:+.1%}; "
          f"{measured / 1e6:.2f} MB a round, {expected / 1e6:.2f} by the formula ({measured / expected - 1:+.1%})")
PYTHON
