#!/usr/bin/env bash
# Ends the broker that scripts/broker/up.sh started for this HOME, and nothing else: scripts/broker/down.sh HOME. Its queues stay on disk.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/processes.sh
. scripts/broker/nodes.sh

place=${1:?scripts/broker/down.sh HOME}
# The first one last: it comes up first, and who comes up first must know all.
for name in $(known_nodes | sort -r); do end "$place/run/$name.pid" 30; done
end "$place/run/epmd.pid" 5
