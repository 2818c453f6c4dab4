#!/usr/bin/env bash
# Starts a private broker on loopback and returns when it takes connections: scripts/broker/up.sh HOME [--tls] [--nodes N].
# With N nodes (3, say) it is a cluster of RabbitMQ of so many processes, and goes on when fewer than half of them are lost. Where HOME has
# had nodes before, all of them come up that are not; with N, further ones join.
# Ports are drawn at the first start and kept, so that clients find a node again after scripts/broker/down.sh and a second up.sh.
# Makes HOME/secrets where there are none. HOME/broker/uri then holds the nodes' addresses, without user and password, by commas.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/processes.sh
. scripts/broker/nodes.sh

usage() { echo "scripts/broker/up.sh: $1. Usage: scripts/broker/up.sh HOME [--tls] [--nodes N]" >&2; exit 2; }
place=${1:?scripts/broker/up.sh HOME [--tls] [--nodes N]}
shift
mkdir -p "$place/run" "$place/logs" "$place/broker"
place=$(cd "$place" && pwd)
nodes=$(known_nodes | wc -l) tls=''
[ "$nodes" -gt 0 ] || nodes=1
while [ $# -gt 0 ]; do
  case $1 in
    --tls) tls=yes ;;
    --nodes)
      [[ ${2:-} =~ ^[1-7]$ ]] || usage "--nodes is '${2:-}'; expected 1 to 7"
      [ "$2" -le "$nodes" ] || nodes=$2
      shift
      ;;
    *) usage "'$1' is no option" ;;
  esac
  shift
done
running=0
for name in $(known_nodes); do ! alive "$place/run/$name.pid" || running=$((running + 1)); done
if [ "$running" -ge "$nodes" ]; then
  echo "A broker of $place is running already ($(<"$place/broker/uri")). Stop it with scripts/broker/down.sh $place." >&2
  exit 2
fi
command -v /usr/lib/rabbitmq/bin/rabbitmq-server >/dev/null || {
  echo "The broker is missing. Run: apt-get install rabbitmq-server" >&2
  exit 2
}

umask 077
scripts/make-secrets.sh "$place/secrets"
scheme=amqp
if [ -n "$tls" ]; then
  scripts/certificates.sh "$place/certificates"
  export COHORT_BROKER_TLS=$place/certificates
  scheme=amqps
fi

# start_broker NAME
start_broker() {
  local log=$place/logs/$1.log began deadline
  use_node "$1"
  for port in $COHORT_BROKER_PORT $COHORT_BROKER_DIST_PORT; do
    ! listens "$port" || { echo "Port $port, which the broker of $place had, is in use. Remove $place/$1/ports to draw others." >&2; exit 2; }
  done
  # A port mapper of its own, so that it can be ended with the broker and no other broker of this machine is touched.
  alive "$place/run/epmd.pid" || spawn "$place/run/epmd.pid" "$place/logs/epmd.log" epmd -address 127.0.0.1 -port "$COHORT_BROKER_EPMD_PORT"
  began=$(wc -c 2>/dev/null <"$log" || echo 0)
  spawn "$place/run/$1.pid" "$log" scripts/broker/run.sh
  deadline=$((SECONDS + 60))
  until tail -c "+$((began + 1))" "$log" | grep -q 'Server startup complete'; do
    if ! alive "$place/run/$1.pid" || [ $SECONDS -ge $deadline ]; then
      echo "The $1 did not start within 60 s." >&2
      show_log "$log"
      scripts/broker/down.sh "$place"
      exit 1
    fi
    sleep 0.2
  done
}

# join NAME: the nodes that are there, once. It forgets what it had, which is nothing.
join() {
  local ctl=(scripts/broker/ctl.sh "$place" --node "$1" --quiet)
  [ ! -e "$place/$1/joined" ] || return 0
  "${ctl[@]}" stop_app
  "${ctl[@]}" join_cluster cohort@localhost
  "${ctl[@]}" start_app
  touch "$place/$1/joined"
}

uris=()
for ((i = 1; i <= nodes; i++)); do
  name=broker$([ "$i" = 1 ] || echo "$i")
  make_node "$name"
  alive "$place/run/$name.pid" || start_broker "$name"
  [ "$i" = 1 ] || join "$name"
  read -r port _ <"$place/$name/ports"
  uris+=("$scheme://localhost:$port")
done
(IFS=, && echo "${uris[*]}") >"$place/broker/uri"
