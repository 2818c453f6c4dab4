#!/usr/bin/env bash
# Runs a private RabbitMQ in the foreground until it is told to stop (SIGTERM): scripts/broker/run.sh. The container's entry point, and
# what scripts/broker/up.sh starts. Everything comes from the environment:
#   COHORT_BROKER_HOME         its own folder: queues, Erlang cookie, generated configuration
#   COHORT_BROKER_DEFINITIONS  users and permissions, as scripts/make-secrets.sh writes them
#   COHORT_BROKER_ADDRESS      where it listens; 127.0.0.1 unless given
#   COHORT_BROKER_PORT         AMQP; 5672 unless given, 5671 with certificates
#   COHORT_BROKER_DIST_PORT    for rabbitmqctl, on loopback only; 25672 unless given
#   COHORT_BROKER_EPMD_PORT    Erlang's port mapper, on loopback only; 4369 unless given
#   COHORT_BROKER_NODE         its Erlang name; cohort@localhost unless given. Nodes of one broker have different ones
#   COHORT_BROKER_TLS          folder with ca.pem, server.pem, server-key.pem: then AMQP is spoken over TLS only
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/broker/environment.sh

mkdir -p "$home/mnesia" "$home/log"
[ -r "$COHORT_BROKER_DEFINITIONS" ] || { echo "The broker's definitions cannot be read: $COHORT_BROKER_DEFINITIONS. Call scripts/make-secrets.sh." >&2; exit 2; }
{
  cat deploy/rabbitmq/rabbitmq.conf
  echo "load_definitions = $COHORT_BROKER_DEFINITIONS"
  if [ -n "${COHORT_BROKER_TLS:-}" ]; then
    echo "listeners.tcp = none"
    echo "listeners.ssl.1 = $address:$port"
    echo "ssl_options.cacertfile = $COHORT_BROKER_TLS/ca.pem"
    echo "ssl_options.certfile = $COHORT_BROKER_TLS/server.pem"
    echo "ssl_options.keyfile = $COHORT_BROKER_TLS/server-key.pem"
    echo "ssl_options.versions.1 = tlsv1.3"
    echo "ssl_options.versions.2 = tlsv1.2"
    echo "ssl_options.verify = verify_none"
    echo "ssl_options.fail_if_no_peer_cert = false"
  else
    echo "listeners.tcp.1 = $address:$port"
  fi
} >"$home/rabbitmq.conf"

# In this mode the start script is replaced by the broker itself, which stops in good order at SIGTERM.
export RUNNING_UNDER_SYSTEMD=1
exec /usr/lib/rabbitmq/bin/rabbitmq-server
