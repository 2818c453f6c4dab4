#!/usr/bin/env bash
# Builds what is asked for, unless it is newer than every source: `scripts/build.sh pbm|seed|node|tests|benchmarks`.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

target=${1:?scripts/build.sh pbm|seed|node|tests|benchmarks}
stamp=artifacts/built-$target
sources=(src plans Directory.Build.props Directory.Packages.props global.json .editorconfig Cluster.sln)
[[ ! $target =~ ^(tests|benchmarks)$ ]] || sources+=(tests)
if [ -e "$stamp" ] && [ -z "$(find "${sources[@]}" -newer "$stamp" -type f -not -path '*/obj/*' -not -path '*/bin/*' -print -quit)" ]; then
  exit 0
fi

mkdir -p artifacts
started=$(mktemp -p artifacts)
trap 'rm -f "$started"' EXIT
log=artifacts/build-$target.log
case $target in
  # What people start is compiled ahead of time where that is possible, without the analyzers that the tests' build runs.
  pbm | seed | node)
    declare -A projects=([pbm]=Pbm [seed]=Cluster.Seed.Host [node]=Cluster.Nodes.Host)
    project=${projects[$target]}
    build=(dotnet publish "src/$project/$project.csproj" -c Release -o "artifacts/$target" -p:RunAnalyzers=false)
    [ "$(uname -m)" != x86_64 ] || build+=(-r linux-x64 --self-contained false -p:PublishReadyToRun=true)
    ;;
  tests) build=(dotnet build Cluster.sln -c Release) ;;
  benchmarks) build=(dotnet build tests/Benchmarks/Benchmarks.csproj -c Release -p:RunAnalyzers=false) ;;
  *) echo "scripts/build.sh: '$target' is neither pbm, seed, node, tests nor benchmarks" >&2; exit 2 ;;
esac

echo "Building $target ..." >&2
if ! "${build[@]}" -nologo -v quiet -nodeReuse:false >"$log" 2>&1; then
  grep -E 'error|Error' "$log" | sort -u >&2 || cat "$log" >&2
  echo "The build failed; $log has all of it." >&2
  exit 1
fi
mv "$started" "$stamp"
