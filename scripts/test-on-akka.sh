#!/usr/bin/env bash
# The tests of actors, clustering, nodes and seed on Akka.NET itself instead of src/Actors, which they must pass unchanged:
# scripts/test-on-akka.sh [VERSION]. Without a version: the one in Directory.Packages.props. Needs a registry that has it.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

version=${1:-$(sed -nE 's/.*"Akka" Version="([^"]+)".*/\1/p' Directory.Packages.props)}
out=$PWD/artifacts/akka
mkdir -p "$out"
sed -E "s/(Include=\"Akka[^\"]*\" Version=)\"[^\"]+\"/\1\"$version\"/" Directory.Packages.props >"$out/Directory.Packages.props"
scripts/install.sh
for project in Actors.Tests Clustering.Tests Cluster.Nodes.Tests Cluster.Seed.Tests; do
  echo "$project on Akka.NET $version"
  timeout 900 dotnet test "tests/$project/$project.csproj" -c Release --nologo -v quiet --artifacts-path "$out" \
    -p:ActorEngine=Akka -p:DirectoryPackagesPropsPath="$out/Directory.Packages.props" -nodeReuse:false
done
