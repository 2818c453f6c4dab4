#!/usr/bin/env bash
# Installs what Cohort needs from Debian, if it is missing. Does nothing, in a fraction of a second, when all is there.
# `scripts/install.sh tests` also installs the broker, which tests start themselves: no broker of the system is left running.
set -euo pipefail

packages=(g++ cmake make libopenblas0-pthread libopencv-imgcodecs-dev libopencv-imgproc-dev)
[ -n "${LIBTORCH:-}" ] || packages+=(libtorch-dev)
case ${1:-} in
  "") ;;
  tests) packages+=(rabbitmq-server) ;;
  *) echo "scripts/install.sh: '$1' is not known; expected nothing, or tests" >&2; exit 2 ;;
esac

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  echo "The .NET 10 SDK is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0) and call this again." >&2
  exit 2
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
  && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "apt-get could not install ${missing[*]}; the lines above say why." >&2
  exit 2
fi
rm -f "$log"
if [[ " ${missing[*]} " == *" rabbitmq-server "* ]] && command -v systemctl >/dev/null; then
  "${as_root[@]}" systemctl disable rabbitmq-server >/dev/null 2>&1 || true # nor at the next start of the machine
fi
