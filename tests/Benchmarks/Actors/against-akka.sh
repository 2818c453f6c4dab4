#!/usr/bin/env bash
# The actors' benchmarks on src/Actors and on Akka.NET itself, in turn, from the same source.
# usage: against-akka.sh [VERSION] [ROUNDS] (VERSION of Akka; without one, that of Directory.Packages.props)
# Prints for each benchmark the medians over all runs and their ratio. Needs a registry that has Akka, and python3.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
packages="$(scripts/akka-packages.sh ${1:+"$1"})"
version="$(sed -nE 's/.*"Akka" Version="([^"]+)".*/\1/p' "$packages")"
rounds="${2:-3}"
out="$PWD/artifacts/akka"
build=(dotnet build tests/Benchmarks/Benchmarks.csproj -c Release --nologo -v quiet -p:RunAnalyzers=false -nodeReuse:false)
"${build[@]}" >&2
"${build[@]}" --artifacts-path "$out" -p:ActorEngine=Akka -p:DirectoryPackagesPropsPath="$packages" >&2

results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT
for round in $(seq "$rounds"); do
  dotnet tests/Benchmarks/bin/Release/net10.0/Cohort.Benchmarks.dll actors --json >"$results/ours-$round.json"
  dotnet "$out/bin/Benchmarks/release/Cohort.Benchmarks.dll" actors --json >"$results/theirs-$round.json"
done
python3 - "$results" "$version" <<'PYTHON'
import json, pathlib, statistics, sys

def medians(engine):
    # Akka.NET's log goes to standard output too.
    runs = [json.loads(next(line for line in file.read_text().splitlines() if line.startswith("{")))
            for file in pathlib.Path(sys.argv[1]).glob(engine + "-*.json")]
    values = {}
    for run in runs:
        for measured in run["measurements"]:
            values.setdefault((measured["name"], measured["unit"]), []).extend(measured["values"])
    return values, runs[0]["machine"]

ours, machine = medians("ours")
theirs, _ = medians("theirs")
print(machine)
for (name, unit), values in ours.items():
    theirs_here = theirs[name, unit]
    a, b = statistics.median(values), statistics.median(theirs_here)
    print(f"{name:42} {a:9.2f} ({min(values):.2f} to {max(values):.2f}) against Akka.NET {sys.argv[2]} {b:9.2f} "
          f"({min(theirs_here):.2f} to {max(theirs_here):.2f}) {unit}: ratio {a / b:.2f}")
PYTHON
