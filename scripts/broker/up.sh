#!/usr/bin/env bash
# Starts a private broker on loopback and returns when it takes connections: scripts/broker/up.sh HOME [--tls].
# Its ports are drawn at the first start and kept, so that clients find it again after scripts/broker/down.sh and a second up.sh.
# Makes HOME/secrets where there are none. HOME/broker/uri then holds its address, without user and password.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/processes.sh

place=${1:?scripts/broker/up.sh HOME [--tls]}
mkdir -p "$place/run" "$place/logs" "$place/broker"
place=$(cd "$place" && pwd)
log=$place/logs/broker.log
if alive "$place/run/broker.pid"; then
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
if [ "${2:-}" = --tls ]; then
  scripts/certificates.sh "$place/certificates"
  export COHORT_BROKER_TLS=$place/certificates
  scheme=amqps
fi
[ -s "$place/broker/ports" ] || echo "$(free_port) $(free_port) $(free_port)" >"$place/broker/ports"
read -r COHORT_BROKER_PORT COHORT_BROKER_DIST_PORT COHORT_BROKER_EPMD_PORT <"$place/broker/ports"
for port in $COHORT_BROKER_PORT $COHORT_BROKER_DIST_PORT; do
  ! listens "$port" || { echo "Port $port, which the broker of $place had, is in use. Remove $place/broker/ports to draw others." >&2; exit 2; }
done
export COHORT_BROKER_HOME=$place/broker COHORT_BROKER_DEFINITIONS=$place/secrets/broker-definitions.json
export COHORT_BROKER_PORT COHORT_BROKER_DIST_PORT COHORT_BROKER_EPMD_PORT

# A port mapper of its own, so that it can be ended with the broker and no other broker of this machine is touched.
alive "$place/run/epmd.pid" || spawn "$place/run/epmd.pid" "$place/logs/epmd.log" epmd -address 127.0.0.1 -port "$COHORT_BROKER_EPMD_PORT"
began=$(wc -c 2>/dev/null <"$log" || echo 0)
spawn "$place/run/broker.pid" "$log" scripts/broker/run.sh
deadline=$((SECONDS + 60))
until tail -c "+$((began + 1))" "$log" | grep -q 'Server startup complete'; do
  if ! alive "$place/run/broker.pid" || [ $SECONDS -ge $deadline ]; then
    echo "The broker did not start within 60 s." >&2
    show_log "$log"
    scripts/broker/down.sh "$place"
    exit 1
  fi
  sleep 0.2
done
echo "$scheme://localhost:$COHORT_BROKER_PORT" >"$place/broker/uri"
