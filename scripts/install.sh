#!/usr/bin/env bash
# Installs what Cohort needs from Debian, if it is missing. Does nothing, in a fraction of a second, when all is there.
#   scripts/install.sh        to build and to run
#   scripts/install.sh tests  that, and PostgreSQL for the tests, which start servers of their own
set -euo pipefail

packages=(g++ cmake make libopenblas0-pthread libopencv-imgcodecs-dev libopencv-imgproc-dev)
[ -n "${LIBTORCH:-}" ] || packages+=(libtorch-dev)
[ "${1:-}" != tests ] || packages+=(postgresql)

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

# PostgreSQL's package makes a server that starts with the machine, unless it is told otherwise before.
if [[ " ${missing[*]} " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  "${as_root[@]}" mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi

echo "Installing ${missing[*]} ..."
log=$(mktemp)
if ! { "${as_root[@]}" apt-get update -qq \
  && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "apt-get could not install ${missing[*]}; the lines above say why." >&2
  exit 2
fi
rm -f "$log"
