#!/usr/bin/env bash
# Starts a private PostgreSQL on loopback for the ledger, and returns when it takes connections: scripts/postgres/up.sh HOME.
# HOME/postgres/connection then holds its connection string, without the password, which is HOME/secrets/ledger-password.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/processes.sh

place=${1:?scripts/postgres/up.sh HOME}
mkdir -p "$place/run" "$place/logs" "$place/postgres"
place=$(cd "$place" && pwd)
programs=/usr/lib/postgresql/15/bin
[ -x $programs/postgres ] || { echo "PostgreSQL 15 is missing. Run: apt-get install postgresql-15" >&2; exit 2; }
if alive "$place/run/postgres.pid"; then
  echo "A PostgreSQL of $place is running already. Stop it with scripts/postgres/down.sh $place." >&2
  exit 2
fi
scripts/make-secrets.sh "$place/secrets"

# PostgreSQL refuses to run as root.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
  as_owner=(setpriv --reuid=postgres --regid=postgres --init-groups)
  chown postgres "$place/postgres"
  "${as_owner[@]}" test -w "$place/postgres" || { echo "The user postgres cannot reach $place/postgres; give another --home." >&2; exit 2; }
fi
log=$place/logs/postgres.log
if [ ! -s "$place/postgres/data/PG_VERSION" ]; then
  install -m 600 "$place/secrets/ledger-password" "$place/postgres/password"
  [ "$(id -u)" -ne 0 ] || chown postgres "$place/postgres/password"
  "${as_owner[@]}" $programs/initdb --pgdata="$place/postgres/data" --username=cohort --pwfile="$place/postgres/password" \
    --auth=scram-sha-256 --encoding=UTF8 --no-locale >>"$log" 2>&1 || { show_log "$log"; exit 1; }
  rm "$place/postgres/password"
fi
[ -s "$place/postgres/port" ] || free_port >"$place/postgres/port"
port=$(<"$place/postgres/port")
launch() {
  spawn "$place/run/postgres.pid" "$log" "${as_owner[@]}" $programs/postgres -D "$place/postgres/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=
}
launch
deadline=$((SECONDS + 60)) launches=1
until $programs/pg_isready -q -h 127.0.0.1 -p "$port"; do
  if alive "$place/run/postgres.pid"; then # asked once: it may end between two questions
    waits=$([ $SECONDS -lt $deadline ] && echo yes || true)
  elif [ $launches -lt 10 ]; then
    # What is left of one that was killed holds lock and memory for a moment, in which the next one refuses to start.
    sleep 0.5
    launch
    launches=$((launches + 1)) waits=yes
  else
    waits=
  fi
  if [ -z "$waits" ]; then
    echo "PostgreSQL did not start within 60 s." >&2
    show_log "$log"
    scripts/postgres/down.sh "$place"
    exit 1
  fi
  sleep 0.2
done
echo "Host=127.0.0.1;Port=$port;Username=cohort;Database=postgres" >"$place/postgres/connection"
