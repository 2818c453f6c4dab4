#!/usr/bin/env bash
# Scales a private cluster that is up, a member at a time: scripts/cluster-member.sh up|down NAME [--home DIR]
#   up      starts NAME and returns when it is ready: a new one (node4, say), or one that was ended or lost, where it was.
#   down    tells NAME to stop, and returns when it has: a node finishes what it trains and says farewell.
# A NAME is node or seed, and a number. DIR is the cluster's home, as for scripts/cluster-up.sh.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
. scripts/processes.sh
. scripts/members.sh

refuse() { echo "scripts/cluster-member.sh: $1" >&2; exit 2; }
place=$PWD/artifacts/cluster
if [ "${3:-}" = --home ]; then
  place=${4:?--home needs a folder}
  [[ $place = /* ]] || place=$caller/$place
elif [ $# -ne 2 ]; then
  refuse "usage: scripts/cluster-member.sh up|down NAME [--home DIR]"
fi
name=$2
[[ $name =~ ^(node|seed)[1-9][0-9]?$ ]] || refuse "'$name' is no member's name; expected node1 to node99, or seed1 and seed2"
if [ ! -s "$place/members" ] || [ ! -s "$place/cluster" ]; then
  refuse "no cluster of $place is up. Start it with scripts/cluster-up.sh N --home $place"
fi
recall_cluster

case $1 in
  up)
    ! alive "$place/run/$name.pid" || refuse "$name runs already. Stop it with scripts/cluster-member.sh down $name --home $place"
    [[ $name != seed* ]] || [ "$name" = seed1 ] || [ -n "$connection" ] ||
      refuse "a second seed needs a ledger that both can reach; start the cluster with --postgres"
    umask 077
    start_member "$name"
    await_member "$name" 90 || { end_member "$name"; exit 1; }
    echo "$name $(url_of "$name")"
    ;;
  down)
    [ -e "$place/run/$name.pid" ] || refuse "$name does not run"
    end_member "$name"
    ;;
  *) refuse "'$1' is neither up nor down" ;;
esac
