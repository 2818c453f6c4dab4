#!/usr/bin/env bash
# Succeeds if a seed or node says that it is ready: scripts/healthy.sh HOST:PORT [PATH], PATH /health/ready unless given.
# Needs nothing but bash, so that images need no HTTP client.
set -euo pipefail

host=${1:?scripts/healthy.sh HOST:PORT [PATH]}
{ exec 3<>"/dev/tcp/${host%:*}/${host##*:}"; } 2>/dev/null || { echo "Nothing answers on $host." >&2; exit 1; }
printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "${2:-/health/ready}" "$host" >&3
read -r -t 5 _ status _ <&3 || { echo "$host did not answer within 5 s." >&2; exit 1; }
[ "$status" = 200 ] || { echo "$host is not ready: ${2:-/health/ready} says $status." >&2; exit 1; }
