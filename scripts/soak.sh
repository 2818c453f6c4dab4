#!/usr/bin/env bash
# Many runs on one cluster, each under faults drawn from its seed (nodes and seeds killed and paused, connections cut, the broker
# restarted), and each model compared with that of a run without: scripts/soak.sh [--seeds 200] [--from 1]. A line per seed, and a sum.
# It is what tests/Cluster.Specs does with ten seeds. What a failed one says, with the ends of all logs, is in artifacts/soak.log.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { echo "scripts/soak.sh: $1. Usage: scripts/soak.sh [--seeds N] [--from N]" >&2; exit 2; }
seeds=200 from=1
while [ $# -gt 0 ]; do
  [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || usage "$1 needs a number of at least 1"
  case $1 in
    --seeds) seeds=$2 ;;
    --from) from=$2 ;;
    *) usage "'$1' is no option" ;;
  esac
  shift 2
done

scripts/install.sh tests
dotnet build tests/Cluster.Specs -c Release -nologo -v quiet >artifacts/soak.log || { cat artifacts/soak.log >&2; exit 1; }
log=artifacts/soak.log
COHORT_SOAK_SEEDS=$seeds COHORT_SOAK_FROM=$from dotnet test tests/Cluster.Specs -c Release --no-build --nologo \
  --filter FullyQualifiedName~RandomisedFaultSpecs --logger "console;verbosity=detailed" 2>&1 |
  tee "$log" | grep --line-buffered -E '^ +(Passed|Failed) .*seed: [0-9]+|^ *seed [0-9]+: ' | awk '!said[$0]++' || true
passed=$(grep -cE '^ +Passed .*seed: [0-9]+' "$log" || true)
echo "$passed of $seeds seeds from $from gave the model of the calm run."
[ "$passed" -eq "$seeds" ]
