#!/usr/bin/env bash
# rabbitmqctl for the broker of one HOME: scripts/broker/ctl.sh HOME [--node NAME] list_queues -p cohort name messages consumers
# NAME is broker, broker2, ...; the first that runs unless given.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/processes.sh
. scripts/broker/nodes.sh

place=${1:?scripts/broker/ctl.sh HOME [--node NAME] COMMAND...}
place=$(cd "$place" && pwd)
shift
node=broker
if [ "${1:-}" = --node ]; then
  node=${2:?--node needs a name}
  shift 2
else
  for name in $(known_nodes); do
    if alive "$place/run/$name.pid"; then node=$name; break; fi
  done
fi
use_node "$node"
. scripts/broker/environment.sh
exec /usr/lib/rabbitmq/bin/rabbitmqctl "$@"
