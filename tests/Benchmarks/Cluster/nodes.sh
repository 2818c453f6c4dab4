#!/usr/bin/env bash
# What spreading a run over nodes costs: nodes.sh PLAN [--data DATA] [--rounds N] [--repeats N]. Trains the plan in one process, over 2 nodes
# and over 4, in turn, on this machine; the process and each node have as many slots as it has processors.
# Prints each run's wall time and model hash, the medians' ratio to one process, and the bytes that members receive in a round, beside
# nodes x groups x update + nodes x model. That formula is for groups of many students, some of whom are on every node; where a group asks
# few, the number of nodes that have any of them is what chance makes of it, and so many updates are expected.
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

alone() {
  ./pbm run "$plan" ${data:+--data "$data"} "${rounds[@]}" --fresh --json --home "$place/1" >"$place/result"
  echo "1 $(python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); print(r["wallSeconds"], r["modelHash"], r["rounds"], 0, r["participants"])' "$place/result")"
}

over() {
  local nodes=$1 home=$place/$1 url bytes before
  scripts/cluster-up.sh "$nodes" --home "$home" ${data:+--data "$place/data"} >&2
  url=$(sed -n 's/^seed1 //p' "$home/members")
  sleep 3 # the members' first figures are in
  before=$(received "$url" "$home")
  ./pbm round start "$plan" "${name[@]}" "${rounds[@]}" --fresh --wait --json --cluster "$url" --token-file "$home/secrets/operator-token" >"$place/result" 2>/dev/null
  sleep 3
  bytes=$(($(received "$url" "$home") - before))
  echo "$nodes $(python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); print(r["wallSeconds"], r["modelHash"], r["rounds"], sys.argv[2], r["participants"])' "$place/result" "$bytes")"
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
python3 - "$place/results" "$plan" "$place/1/models" <<'PYTHON'
import json, pathlib, re, statistics, struct, sys
rows = [line.split() for line in open(sys.argv[1])]
plan = json.loads(re.sub(r"^\s*//.*$", "", open(sys.argv[2]).read(), flags=re.M))
file = next(pathlib.Path(sys.argv[3]).glob("*.safetensors"))
header, = struct.unpack("<Q", file.read_bytes()[:8])
groups, model = plan.get("groups", {}).get("count", 5), file.stat().st_size - 8 - header
update = model  # float32 parameters; a sum of so many integers, of which each travels in 32 bits where it fits
one = statistics.median(float(row[1]) for row in rows if row[0] == "1")
hashes = {row[2] for row in rows}
print("one hash:" if len(hashes) == 1 else "DIFFERENT hashes:", *hashes)
print(f"one process: {one:.1f} s")
for nodes in ("2", "4"):
    mine = [row for row in rows if row[0] == nodes]
    walls = [float(row[1]) for row in mine]
    measured = statistics.median(int(row[4]) / int(row[3]) for row in mine)
    n = int(nodes)
    formula = n * groups * update + n * model
    asked = int(mine[0][5]) / int(mine[0][3]) / groups
    senders = 1 + (n - 1) * (1 - (1 - 1 / n) ** asked)  # to the coordinator, and to the leader from the other nodes
    expected = senders * groups * update + n * model
    wall = statistics.median(walls)
    print(f"{nodes} nodes: {wall:.1f} s ({min(walls):.1f} to {max(walls):.1f}), {wall / one - 1:+.1%}; "
          f"{measured / 1e6:.2f} MB a round, {formula / 1e6:.2f} by the formula ({measured / formula - 1:+.1%}), "
          f"{expected / 1e6:.2f} for {asked:.1f} students a group ({measured / expected - 1:+.1%})")
PYTHON
