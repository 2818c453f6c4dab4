#!/usr/bin/env bash
# Ends the broker that scripts/broker/up.sh started for this HOME, and nothing else: scripts/broker/down.sh HOME. Its queues stay on disk.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/processes.sh

place=${1:?scripts/broker/down.sh HOME}
end "$place/run/broker.pid" 30
end "$place/run/epmd.pid" 5
