# shellcheck shell=bash disable=SC2154
# To be sourced: the settings of a seed and a node of a private cluster, as `env` takes them. docker-compose.yml gives the same ones
# (tests/Deployment.Tests compares). Reads place, uri, authority, data, connection.

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
  echo "COHORT_ENROLMENT__SEED=$3"
  echo "COHORT_ENROLMENT__TOKENFILE=$place/secrets/enrolment-token"
  [ -z "$authority" ] || echo "COHORT_BROKER__CERTIFICATEAUTHORITY=$authority"
}
