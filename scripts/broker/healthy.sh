#!/usr/bin/env bash
# Succeeds if the broker of run.sh's environment is up, takes connections and is not short of memory or disk: scripts/broker/healthy.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/broker/environment.sh

/usr/lib/rabbitmq/bin/rabbitmq-diagnostics --quiet --timeout 10 check_port_listener "$port"
/usr/lib/rabbitmq/bin/rabbitmq-diagnostics --quiet --timeout 10 check_local_alarms
