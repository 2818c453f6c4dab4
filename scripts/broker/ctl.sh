#!/usr/bin/env bash
# rabbitmqctl for the broker of one HOME: scripts/broker/ctl.sh HOME list_queues -p cohort name messages consumers
set -euo pipefail
cd "$(dirname "$0")/../.."

place=${1:?scripts/broker/ctl.sh HOME COMMAND...}
place=$(cd "$place" && pwd)
shift
read -r _ COHORT_BROKER_DIST_PORT COHORT_BROKER_EPMD_PORT <"$place/broker/ports"
export COHORT_BROKER_HOME=$place/broker COHORT_BROKER_DIST_PORT COHORT_BROKER_EPMD_PORT
. scripts/broker/environment.sh
exec /usr/lib/rabbitmq/bin/rabbitmqctl "$@"
