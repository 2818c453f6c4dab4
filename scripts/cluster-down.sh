#!/usr/bin/env bash
# Ends the cluster that scripts/cluster-up.sh started, and nothing else: scripts/cluster-down.sh [--home DIR]. Nodes go first, so that they can
# hand back what they hold, then seeds, ledger and broker. Ledger, models, queues and logs stay in DIR.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
. scripts/processes.sh

place=$PWD/artifacts/cluster
case ${1:-} in
  '') ;;
  --home) place=${2:?--home needs a folder}; [[ $place = /* ]] || place=$caller/$place ;;
  *) echo "Usage: scripts/cluster-down.sh [--home DIR]" >&2; exit 2 ;;
esac
[ -d "$place/run" ] || exit 0

# end_all PATTERN SECONDS: all at the same time.
end_all() {
  local file
  for file in "$place"/run/$1; do
    [ ! -e "$file" ] || end "$file" "$2" &
  done
  wait
}
end_all 'node*.pid' 90
end_all 'seed*.pid' 60
scripts/postgres/down.sh "$place"
scripts/broker/down.sh "$place"
rm -f "$place/members"
