#!/usr/bin/env bash
# The tests of actors, clustering, nodes and seed on Akka.NET itself instead of src/Actors, which they must pass unchanged:
# scripts/test-on-akka.sh [VERSION]. Without a version: the pinned one. Needs a registry that has it.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

packages=$(scripts/akka-packages.sh "$@")
scripts/install.sh
for project in Actors.Tests Clustering.Tests Cluster.Nodes.Tests Cluster.Seed.Tests; do
  echo "$project on Akka.NET ${1:-(the pinned version)}"
  timeout 900 dotnet test "tests/$project/$project.csproj" -c Release --nologo -v quiet --artifacts-path artifacts/akka \
    -p:ActorEngine=Akka -p:DirectoryPackagesPropsPath="$packages" -nodeReuse:false
done
