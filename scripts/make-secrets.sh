#!/usr/bin/env bash
# Makes what a cluster keeps secret, each in a file that only its owner may read: scripts/make-secrets.sh [DIR], ./secrets unless given.
# What is there stays as it is. To change a secret, remove its file, call this again, and restart what uses it.
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
