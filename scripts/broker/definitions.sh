#!/usr/bin/env bash
# Prints the broker's users, virtual host and permissions, which the broker reads at every start (load_definitions):
# scripts/broker/definitions.sh SEED_PASSWORD_FILE NODE_PASSWORD_FILE. Passwords appear as salted hashes.
set -euo pipefail

# RabbitMQ's form of a password: base64(salt + SHA-256(salt + password)), with a salt of four bytes.
hash_of() {
  local salt
  salt=$(openssl rand -hex 4 | sed 's/../\\x&/g')
  { printf '%b' "$salt"; { printf '%b' "$salt"; tr -d '\r\n' <"$1"; } | openssl dgst -sha256 -binary; } | base64 -w 0
}

# What a role may do, as regular expressions over the names of docs/cluster.md. On the broker,
#   configure  is for declaring and deleting,
#   write      is for publishing to an exchange, and for binding a queue of one's own,
#   read       is for consuming from a queue, and for binding to an exchange.
seed_configure='^cohort\..*$'
seed_write='^cohort\..*$'
seed_read='^(cohort\..*|amq\.rabbitmq\.event)$'

# A node speaks to singletons and hands over dead messages. It reads neither: with read on the exchange it could bind a queue of its
# own to it and listen in on the coordinator. It may declare their exchanges, since every member declares all of them when it connects,
# but not their queues. Other members' queues are exclusive, which the broker itself enforces.
node_configure='^cohort\.((refs|topics|topic|members|region)(\..+)?|singletons|dead)$'
node_write='^cohort\.((refs|topics|topic|members|region)(\..+)?|singletons|dead)$'
node_read='^(cohort\.(refs|topics|topic|members|region)(\..+)?|amq\.rabbitmq\.event)$'

json() { printf '"%s"' "${1//\\/\\\\}"; }
permissions() {
  printf '{ "user": %s, "vhost": "cohort", "configure": %s, "write": %s, "read": %s }' \
    "$(json "$1")" "$(json "$2")" "$(json "$3")" "$(json "$4")"
}
user() {
  printf '{ "name": %s, "password_hash": "%s", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": [] }' \
    "$(json "$1")" "$(hash_of "$2")"
}

seed_password=${1:?definitions.sh SEED_PASSWORD_FILE NODE_PASSWORD_FILE}
node_password=${2:?definitions.sh SEED_PASSWORD_FILE NODE_PASSWORD_FILE}
cat <<END
{
  "vhosts": [{ "name": "cohort" }],
  "users": [
    $(user cohort-seed "$seed_password"),
    $(user cohort-node "$node_password")
  ],
  "permissions": [
    $(permissions cohort-seed "$seed_configure" "$seed_write" "$seed_read"),
    $(permissions cohort-node "$node_configure" "$node_write" "$node_read")
  ]
}
END
