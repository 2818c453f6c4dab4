#!/usr/bin/env bash
# A private cluster on this machine, of real processes on loopback: scripts/cluster-up.sh N [OPTIONS]. Starts a broker, a seed and N nodes,
# prints the seed's URL and how to talk to it, and returns when all of them are ready.
#   --home DIR    where it keeps everything; artifacts/cluster unless given. One home is one cluster.
#   --data DIR    where seed and nodes find data sets by name
#   --slots N     students that a node trains at a time; as many as it has processors unless given
#   --tls         the broker speaks TLS only, with certificates of the cluster's own
#   --brokers 3   the broker is a cluster of so many nodes, and goes on when fewer than half of them are lost
#   --broker URI  how members reach the broker, where that is not its own address: through a proxy, say
#   --postgres    ledger and models in a private PostgreSQL beside it
#   --seeds 2     a second seed that takes over when the first is lost; needs --postgres
# COHORT_SEED_PROGRAM and COHORT_NODE_PROGRAM name other executables than those that scripts/build.sh makes.
set -euo pipefail
# Relative folders are meant from where the caller stands.
caller=$PWD
cd "$(dirname "$0")/.."
. scripts/processes.sh
. scripts/members.sh

refuse() { echo "scripts/cluster-up.sh: $1" >&2; exit 2; }
usage() { echo "scripts/cluster-up.sh: $1. Usage: scripts/cluster-up.sh N [--home DIR] [--data DIR] [--slots N] [--tls] [--brokers 3] [--broker URI] [--postgres] [--seeds 2]" >&2; exit 2; }
from_caller() { case $1 in /*) echo "$1" ;; *) echo "$caller/$1" ;; esac; }
place=$PWD/artifacts/cluster nodes='' data='' slots='' seeds=1 brokers=1 uri='' tls='' postgres='' authority='' connection=''
while [ $# -gt 0 ]; do
  case $1 in
    --home | --data | --slots | --seeds | --brokers | --broker) [ $# -ge 2 ] || usage "$1 needs a value" ;;&
    --home) place=$(from_caller "$2"); shift ;;
    --data) data=$(from_caller "$2"); shift ;;
    --slots) slots=$2; shift ;;
    --seeds) seeds=$2; shift ;;
    --brokers) brokers=$2; shift ;;
    --broker) uri=$2; shift ;;
    --tls) tls=--tls ;;
    --postgres) postgres=yes ;;
    *) [ -z "$nodes" ] || usage "'$1' is no option"; nodes=$1 ;;
  esac
  shift
done
[[ $nodes =~ ^[1-9][0-9]?$ ]] || usage "N is '$nodes'; expected 1 to 99 nodes"
[[ $slots =~ ^([1-9][0-9]*)?$ ]] || usage "--slots is '$slots'; expected a number from 1"
[[ $seeds =~ ^[12]$ ]] || usage "--seeds is '$seeds'; expected 1 or 2"
[[ $brokers =~ ^[1-7]$ ]] || usage "--brokers is '$brokers'; expected 1 to 7"
[ "$seeds" = 1 ] || [ -n "$postgres" ] || usage "--seeds 2 needs --postgres: two seeds share one ledger"
[ -z "$data" ] || [ -d "$data" ] || usage "--data: there is no folder $data"

umask 077
mkdir -p "$place/run" "$place/logs"
[ -z "$postgres" ] || chmod 711 "$place" # PostgreSQL runs as a user of its own
for file in "$place"/run/*.pid; do
  ! alive "$file" ||
    refuse "a cluster of $place is up already ($(basename "$file" .pid) runs). Stop it with scripts/cluster-down.sh --home $place"
done
rm -f "$place"/run/*.pid "$place/members"

scripts/install.sh broker
[ -n "${COHORT_SEED_PROGRAM:-}" ] || scripts/build.sh seed
[ -n "${COHORT_NODE_PROGRAM:-}" ] || scripts/build.sh node

# Whatever goes wrong from here on, nothing stays behind.
trap 'scripts/cluster-down.sh --home "$place"' ERR
trap 'exit 130' INT TERM
trap '[ $? -eq 0 ] || scripts/cluster-down.sh --home "$place"' EXIT

scripts/broker/up.sh "$place" --nodes "$brokers" $tls
[ -n "$uri" ] || uri=$(<"$place/broker/uri")
[ -z "$tls" ] || authority=$place/certificates/ca.pem
if [ -n "$postgres" ]; then
  scripts/postgres/up.sh "$place"
  connection=$(<"$place/postgres/connection")
fi

remember_cluster

mkdir -p "$place/seed"
for ((i = 1; i <= seeds; i++)); do
  start_member "seed$i"
  await_member "seed$i" 60
done
for ((i = 1; i <= nodes; i++)); do start_member "node$i"; done
for ((i = 1; i <= nodes; i++)); do await_member "node$i" 90; done
url=$(url_of seed1)

cat <<END
$nodes nodes are ready. The seed: $url
To talk to it:
  export COHORT_CLUSTER=$url
  export COHORT_TOKEN_FILE=$place/secrets/operator-token
Logs are in $place/logs. To end it: scripts/cluster-down.sh --home $place
END
