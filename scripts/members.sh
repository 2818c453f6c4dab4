# shellcheck shell=bash disable=SC2154
# To be sourced after processes.sh, from the checkout's root: the members of a private cluster, their settings, and starting them.
# Settings are printed as `env` takes them; docker-compose.yml gives the same ones (tests/Deployment.Tests compares). Reads place, uri,
# authority, data, slots, connection; remember_cluster writes them to a file, and recall_cluster reads them for somebody who comes later.

# broker_settings ROLE PASSWORD_FILE
broker_settings() {
  echo "COHORT_BROKER__URI=$uri"
  echo "COHORT_BROKER__USER=cohort-$1"
  echo "COHORT_BROKER__PASSWORDFILE=$2"
  [ -z "$authority" ] || echo "COHORT_BROKER__CERTIFICATEAUTHORITY=$authority"
}

# seed_settings NAME PORT
seed_settings() {
  echo "COHORT_MEMBER=$1"
  echo "COHORT_LISTEN=http://127.0.0.1:$2"
  broker_settings seed "$place/secrets/broker-seed-password"
  echo "COHORT_HOME=$place/seed"
  [ -z "$data" ] || echo "COHORT_DATAFOLDER=$data"
  echo "COHORT_ENROLMENT__TOKENFILE=$place/secrets/enrolment-token"
  echo "COHORT_ENROLMENT__USER=cohort-node"
  echo "COHORT_ENROLMENT__PASSWORDFILE=$place/secrets/broker-node-password"
  local role
  for role in operator researcher viewer; do echo "COHORT_TOKENS__${role^^}FILE=$place/secrets/$role-token"; done
  if [ -n "$connection" ]; then
    echo "COHORT_LEDGER__POSTGRES=$connection"
    echo "COHORT_LEDGER__PASSWORDFILE=$place/secrets/ledger-password"
  fi
}

# node_settings NAME PORT SEED_URL
node_settings() {
  echo "COHORT_MEMBER=$1"
  echo "COHORT_LISTEN=http://127.0.0.1:$2"
  [ -z "$data" ] || echo "COHORT_DATAFOLDER=$data"
  [ -z "$slots" ] || echo "COHORT_SLOTS=$slots"
  echo "COHORT_ENROLMENT__SEED=$3"
  echo "COHORT_ENROLMENT__TOKENFILE=$place/secrets/enrolment-token"
  [ -z "$authority" ] || echo "COHORT_BROKER__CERTIFICATEAUTHORITY=$authority"
}

remember_cluster() {
  local name
  for name in uri authority data slots connection; do printf '%s=%q\n' "$name" "${!name}"; done >"$place/cluster"
}

recall_cluster() {
  # shellcheck disable=SC1091
  . "$place/cluster"
}

# url_of NAME: where a member serves HTTP; a new one gets a port, which it keeps. All of them stand in the file "members".
url_of() {
  local url
  url=$(sed -n "s/^$1 //p" "$place/members" 2>/dev/null || true)
  if [ -z "$url" ]; then
    url=http://127.0.0.1:$(free_port)
    echo "$1 $url" >>"$place/members"
    sort -V -o "$place/members" "$place/members"
  fi
  echo "$url"
}

# enroller: the URL of a seed that runs, or else of the first.
enroller() {
  local name url
  while read -r name url; do
    [[ $name != seed* ]] || ! alive "$place/run/$name.pid" || { echo "$url"; return; }
  done <"$place/members"
  url_of seed1
}

# start_member NAME: a seed or a node, by its name. What the caller has set for pbm (COHORT_HOME, say) is not meant for it, and is left out.
start_member() {
  local settings foreign variable port program url
  url=$(url_of "$1")
  port=${url##*:}
  # One a line, so that a path may hold blanks.
  if [[ $1 = seed* ]]; then
    program=${COHORT_SEED_PROGRAM:-artifacts/seed/cohort-seed}
    mapfile -t settings < <(seed_settings "$1" "$port")
  else
    program=${COHORT_NODE_PROGRAM:-artifacts/node/cohort-node}
    mapfile -t settings < <(node_settings "$1" "$port" "$(enroller)")
  fi
  foreign=()
  for variable in $(compgen -e COHORT_ || true); do foreign+=(-u "$variable"); done
  spawn "$place/run/$1.pid" "$place/logs/$1.log" env "${foreign[@]}" "${settings[@]}" "$program"
}

# await_member NAME SECONDS: until its health endpoint says that it is ready.
await_member() {
  local deadline=$((SECONDS + $2)) url problem
  url=$(url_of "$1")
  until problem=$(scripts/healthy.sh "${url#http://}" 2>&1); do
    if ! alive "$place/run/$1.pid"; then
      echo "$1 ended before it was ready." >&2
    elif [ $SECONDS -ge $deadline ]; then
      echo "$1 was not ready within $2 s: $problem" >&2
    else
      sleep 0.2
      continue
    fi
    show_log "$place/logs/$1.log"
    return 1
  done
}

# end_member NAME: a node finishes what it trains first.
end_member() {
  local seconds=60
  [[ $1 = seed* ]] || seconds=90
  end "$place/run/$1.pid" $seconds
}
