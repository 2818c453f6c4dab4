# shellcheck shell=bash
# shellcheck disable=SC2034
# To be sourced, from the checkout's root: how one private broker and its tools are told apart from every other on the machine.
# Reads the variables that scripts/broker/run.sh explains.
home=${COHORT_BROKER_HOME:?COHORT_BROKER_HOME has to name the broker\'s folder}
address=${COHORT_BROKER_ADDRESS:-127.0.0.1}
port=${COHORT_BROKER_PORT:-$([ -n "${COHORT_BROKER_TLS:-}" ] && echo 5671 || echo 5672)}

export HOME=$home # where Erlang keeps its cookie, which is made at the first start
export RABBITMQ_NODENAME=${COHORT_BROKER_NODE:-cohort@localhost}
export RABBITMQ_MNESIA_BASE=$home/mnesia
export RABBITMQ_LOG_BASE=$home/log
export RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf
export RABBITMQ_CONF_ENV_FILE=/dev/null
export RABBITMQ_ENABLED_PLUGINS_FILE=$PWD/deploy/rabbitmq/enabled_plugins
export RABBITMQ_DIST_PORT=${COHORT_BROKER_DIST_PORT:-25672}
# Erlang's schedulers would spin while they wait, on cores that students could train on.
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
export ERL_EPMD_PORT=${COHORT_BROKER_EPMD_PORT:-4369}
export ERL_EPMD_ADDRESS=127.0.0.1
export LANG=C.UTF-8
