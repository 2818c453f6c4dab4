#!/usr/bin/env bash
# Installs what Cohort needs from Debian, if it is missing. Does nothing, in a fraction of a second, when all is there.
# `scripts/install.sh broker` also installs RabbitMQ, for a private cluster (scripts/cluster-up.sh) and for the tests.
set -euo pipefail

packages=(g++ cmake make libopenblas0-pthread libopencv-imgcodecs-dev libopencv-imgproc-dev)
[ -n "${LIBTORCH:-}" ] || packages+=(libtorch-dev)
[ "${1:-}" != broker ] || packages+=(rabbitmq-server openssl)

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
if ! { "${as_root[@]}" apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "apt-get could not install ${missing[*]}; the lines above say why." >&2
  exit 2
fi
rm -f "$log"
