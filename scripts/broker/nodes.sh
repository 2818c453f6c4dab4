# shellcheck shell=bash disable=SC2154
# To be sourced after processes.sh: the nodes of a private broker. Most have one, whose folder is HOME/broker; further ones are broker2 and so on.
# Reads place, the HOME.

# known_nodes: those that have been started once, the first one first.
known_nodes() {
  local ports
  for ports in "$place"/broker/ports "$place"/broker[2-9]/ports; do
    [ ! -s "$ports" ] || basename "$(dirname "$ports")"
  done
}

# make_node NAME: its folder and ports (AMQP, Erlang's distribution, port mapper); a further node shares the first one's port mapper and cookie.
make_node() {
  local mapper
  mkdir -p "$place/$1"
  [ ! -s "$place/$1/ports" ] || return 0
  if [ "$1" = broker ]; then
    mapper=$(free_port)
  else
    read -r _ _ mapper <"$place/broker/ports"
    install -m 400 "$place/broker/.erlang.cookie" "$place/$1/.erlang.cookie"
  fi
  echo "$(free_port) $(free_port) $mapper" >"$place/$1/ports"
}

# use_node NAME: sets what scripts/broker/run.sh and environment.sh read.
use_node() {
  read -r COHORT_BROKER_PORT COHORT_BROKER_DIST_PORT COHORT_BROKER_EPMD_PORT <"$place/$1/ports"
  export COHORT_BROKER_HOME=$place/$1 COHORT_BROKER_NODE=cohort${1#broker}@localhost
  export COHORT_BROKER_DEFINITIONS=$place/secrets/broker-definitions.json
  export COHORT_BROKER_PORT COHORT_BROKER_DIST_PORT COHORT_BROKER_EPMD_PORT
}
