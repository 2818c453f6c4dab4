#!/usr/bin/env bash
# A private cluster on this machine, of real processes on loopback: scripts/cluster-up.sh N [OPTIONS]. Starts a broker, a seed and N nodes,
# prints the seed's URL and how to talk to it, and returns when all of them are ready.
#   --home DIR    where it keeps everything; artifacts/cluster unless given. One home is one cluster.
#   --data DIR    where seed and nodes find data sets by name
#   --tls         the broker speaks TLS only, with certificates of the cluster's own
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
usage() { echo "scripts/cluster-up.sh: $1. Usage: scripts/cluster-up.sh N [--home DIR] [--data DIR] [--tls] [--postgres] [--seeds 2]" >&2; exit 2; }
from_caller() { case $1 in /*) echo "$1" ;; *) echo "$caller/$1" ;; esac; }
place=$PWD/artifacts/cluster nodes='' data='' seeds=1 tls='' postgres='' authority='' connection=''
while [ $# -gt 0 ]; do
  case $1 in
    --home | --data | --seeds) [ $# -ge 2 ] || usage "$1 needs a value" ;;&
    --home) place=$(from_caller "$2"); shift ;;
    --data) data=$(from_caller "$2"); shift ;;
    --seeds) seeds=$2; shift ;;
    --tls) tls=--tls ;;
    --postgres) postgres=yes ;;
    *) [ -z "$nodes" ] || usage "'$1' is no option"; nodes=$1 ;;
  esac
  shift
done
[[ $nodes =~ ^[1-9][0-9]?$ ]] || usage "N is '$nodes'; expected 1 to 99 nodes"
[[ $seeds =~ ^[12]$ ]] || usage "--seeds is '$seeds'; expected 1 or 2"
[ "$seeds" = 1 ] || [ -n "$postgres" ] || usage "--seeds 2 needs --postgres: two seeds share one ledger"
[ -z "$data" ] || [ -d "$data" ] || usage "--data: there is no folder $data"

umask 077
mkdir -p "$place/run" "$place/logs"
[ -z "$postgres" ] || chmod 711 "$place" # PostgreSQL runs as a user of its own
for file in "$place"/run/*.pid; do
  ! alive "$file" ||
    refuse "a cluster of $place is up already ($(basename "$file" .pid) runs). Stop it with scripts/cluster-down.sh --home $place"
done
rm -f "$place"/run/*.pid

seed_program=${COHORT_SEED_PROGRAM:-artifacts/seed/cohort-seed}
node_program=${COHORT_NODE_PROGRAM:-artifacts/node/cohort-node}
scripts/install.sh broker
[ -n "${COHORT_SEED_PROGRAM:-}" ] || scripts/build.sh seed
[ -n "${COHORT_NODE_PROGRAM:-}" ] || scripts/build.sh node

# Whatever goes wrong from here on, nothing stays behind.
trap 'scripts/cluster-down.sh --home "$place"' ERR
trap 'exit 130' INT TERM
trap '[ $? -eq 0 ] || scripts/cluster-down.sh --home "$place"' EXIT

scripts/broker/up.sh "$place" $tls
uri=$(<"$place/broker/uri")
[ -z "$tls" ] || authority=$place/certificates/ca.pem
if [ -n "$postgres" ]; then
  scripts/postgres/up.sh "$place"
  connection=$(<"$place/postgres/connection")
fi

# start NAME PROGRAM SETTINGS: settings one a line, so that a path may hold blanks. What the caller has set for pbm (COHORT_HOME, say) is
# not meant for a member, and is left out.
start() {
  local settings foreign variable
  mapfile -t settings <<<"$3"
  foreign=()
  for variable in $(compgen -e COHORT_ || true); do foreign+=(-u "$variable"); done
  : >"$place/logs/$1.log"
  spawn "$place/run/$1.pid" "$place/logs/$1.log" env "${foreign[@]}" "${settings[@]}" "$2"
}
# ready NAME PORT SECONDS: waits for its health endpoint.
ready() {
  local deadline=$((SECONDS + $3)) problem
  until problem=$(scripts/healthy.sh "127.0.0.1:$2" 2>&1); do
    if ! alive "$place/run/$1.pid"; then
      echo "$1 ended before it was ready." >&2
    elif [ $SECONDS -ge $deadline ]; then
      echo "$1 was not ready within $3 s: $problem" >&2
    else
      sleep 0.2
      continue
    fi
    show_log "$place/logs/$1.log"
    exit 1
  done
}

mkdir -p "$place/seed"
declare -A port
for ((i = 1; i <= seeds; i++)); do
  port[seed$i]=$(free_port)
  start "seed$i" "$seed_program" "$(seed_settings "seed$i" "${port[seed$i]}")"
  ready "seed$i" "${port[seed$i]}" 60
done
url=http://127.0.0.1:${port[seed1]}
for ((i = 1; i <= nodes; i++)); do
  port[node$i]=$(free_port)
  start "node$i" "$node_program" "$(node_settings "node$i" "${port[node$i]}" "$url")"
done
for ((i = 1; i <= nodes; i++)); do ready "node$i" "${port[node$i]}" 90; done
for name in "${!port[@]}"; do echo "$name http://127.0.0.1:${port[$name]}"; done | sort >"$place/members"

cat <<END
$nodes nodes are ready. The seed: $url
To talk to it:
  export COHORT_CLUSTER=$url
  export COHORT_TOKEN_FILE=$place/secrets/operator-token
Logs are in $place/logs. To end it: scripts/cluster-down.sh --home $place
END
