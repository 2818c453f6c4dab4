#!/usr/bin/env bash
# Installs what Cohort needs from Debian, if it is missing. Does nothing, in a fraction of a second, when all is there.
#   scripts/install.sh           to build and to run (needs the .NET SDK)
#   scripts/install.sh broker    that, and RabbitMQ for a private cluster (scripts/cluster-up.sh)
#   scripts/install.sh tests     that, PostgreSQL and faketime: the tests start servers of their own, and set clocks; and from npm, where
#                                there is one, the programs of others that read exported models (tests/Readers)
#   scripts/install.sh runtime   only what a built seed or node needs: for images
#   scripts/install.sh rabbitmq  only the broker: for images
# With LIBTORCH, the folder of an unpacked libtorch, Debian's libtorch is left out.
set -euo pipefail

runtime=(libopenblas0-pthread libopencv-imgcodecs406 libopencv-imgproc406)
build=(g++ cmake make libopenblas0-pthread libopencv-imgcodecs-dev libopencv-imgproc-dev libopencv-objdetect-dev opencv-data)
broker=(rabbitmq-server openssl)
if [ -z "${LIBTORCH:-}" ]; then
  runtime+=(libtorch1.13)
  build+=(libtorch-dev)
fi
case ${1:-build} in
  build) packages=("${build[@]}") ;;
  broker) packages=("${build[@]}" "${broker[@]}") ;;
  tests) packages=("${build[@]}" "${broker[@]}" postgresql faketime) ;;
  runtime) packages=("${runtime[@]}" ca-certificates libssl3) ;;
  rabbitmq) packages=("${broker[@]}") ;;
  *) echo "scripts/install.sh: '$1' is neither broker, tests, runtime nor rabbitmq." >&2; exit 2 ;;
esac

if [[ ${1:-build} =~ ^(build|broker|tests)$ ]] && { ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; }; then
  echo "The .NET 10 SDK is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0) and call this again." >&2
  exit 2
fi

# Tests that need these are skipped where they could not be had, and say so.
readers=$(dirname "$0")/../tests/Readers
if [ "${1:-build}" = tests ] && ! cmp -s "$readers/package-lock.json" "$readers/node_modules/.installed"; then
  log=$(mktemp)
  if ! command -v npm >/dev/null; then
    echo "npm is missing (Debian: apt-get install npm): the tests that read exported models with other programs will be skipped." >&2
  elif npm ci --prefix "$readers" --ignore-scripts --no-audit --no-fund >"$log" 2>&1; then
    cp "$readers/package-lock.json" "$readers/node_modules/.installed"
  else
    cat "$log" >&2
    echo "npm could not install tests/Readers: the tests that read exported models with other programs will be skipped." >&2
  fi
  rm -f "$log"
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "These Debian packages are missing, and installing them needs root: ${missing[*]}" >&2
  echo "Run: sudo apt-get install ${missing[*]}" >&2
  exit 2
fi

# PostgreSQL's package makes a server that starts with the machine, unless it is told otherwise before.
if [[ " ${missing[*]} " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  "${as_root[@]}" mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi

echo "Installing ${missing[*]} ..."
log=$(mktemp)

# Debian starts a service as soon as it is installed, unless this file says no. Whoever has one of their own keeps it.
policy=/usr/sbin/policy-rc.d
if [[ " ${missing[*]} " == *" rabbitmq-server "* ]] && [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
if ! { "${as_root[@]}" apt-get update -qq \
  && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "apt-get could not install ${missing[*]}; the lines above say why." >&2
  exit 2
fi
rm -f "$log"
if [[ " ${missing[*]} " == *" rabbitmq-server "* ]] && command -v systemctl >/dev/null; then
  "${as_root[@]}" systemctl disable rabbitmq-server >/dev/null 2>&1 || true # nor at the next start of the machine
fi
