#!/usr/bin/env bash
# Ends the PostgreSQL that scripts/postgres/up.sh started for this HOME, and nothing else. The ledger stays on disk.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/processes.sh

place=${1:?scripts/postgres/down.sh HOME}
if alive "$place/run/postgres.pid"; then
  # SIGINT is PostgreSQL's fast shutdown; at SIGTERM it would wait for clients to leave.
  read -r id _ <"$place/run/postgres.pid"
  kill -INT "$id" 2>/dev/null || true
  for _ in {1..100}; do alive "$place/run/postgres.pid" || break; sleep 0.1; done
fi
end "$place/run/postgres.pid" 20
