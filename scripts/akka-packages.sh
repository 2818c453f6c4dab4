#!/usr/bin/env bash
# Writes artifacts/akka/Directory.Packages.props, where Akka has another version than in the project's, and prints its path:
# scripts/akka-packages.sh [VERSION]. For trying a version of Akka.NET that is not the pinned one.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts/akka
packages=$PWD/artifacts/akka/Directory.Packages.props
if [ $# -gt 0 ]; then
  sed -E "s/(Include=\"Akka[^\"]*\" Version=)\"[^\"]+\"/\1\"$1\"/" Directory.Packages.props >"$packages"
else
  cp Directory.Packages.props "$packages"
fi
echo "$packages"
