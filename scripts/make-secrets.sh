#!/usr/bin/env bash
# Makes what a cluster keeps secret, each in a file that only its owner may read: scripts/make-secrets.sh [DIR].
# What is there stays as it is. To change a secret, remove its file, call this again, and restart what uses it.
# Without DIR it makes ./secrets for docker-compose.yml, and tells compose by .env under which user the containers run: yours, or an
# unprivileged one that the files are given to if you are root.
set -euo pipefail
cd "$(dirname "$0")/.."

secrets=${1:-secrets}
umask 077
mkdir -p "$secrets"
for name in broker-seed-password broker-node-password ledger-password enrolment-token operator-token researcher-token viewer-token; do
  # 256 bits, in letters that need no quoting anywhere.
  [ -s "$secrets/$name" ] || openssl rand -hex 32 >"$secrets/$name"
done
scripts/broker/definitions.sh "$secrets/broker-seed-password" "$secrets/broker-node-password" >"$secrets/broker-definitions.json.new"
mv "$secrets/broker-definitions.json.new" "$secrets/broker-definitions.json"

if [ $# -eq 0 ]; then
  user=$(id -u)
  if [ "$user" -eq 0 ]; then
    user=10001
    chown "$user" "$secrets"/*
  fi
  grep -qs '^COHORT_UID=' .env || echo "COHORT_UID=$user" >>.env
fi
