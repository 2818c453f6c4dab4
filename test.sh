#!/usr/bin/env bash
# All tests. Installs what is missing, builds, runs every test project, and closes with one line over all of them.
# Arguments name test projects: ./test.sh Federation.Tests
set -euo pipefail
cd "$(dirname "$0")"
scripts/install.sh tests
scripts/build.sh tests

# Fast ones first.
projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then
  projects=(Architecture.Tests Messages.Tests Federation.Tests Actors.Tests Clustering.Tests Model.Tests Torch.Tests Device.Tests
    Cluster.Nodes.Tests Cluster.Seed.Tests Clustering.RabbitMq.Tests Cluster.Hosting.Tests Cluster.Seed.Host.Tests Cluster.Nodes.Host.Tests
    Pbm.Tests Deployment.Tests Cluster.Specs)
fi

passed=0 failed=0 skipped=0 broken=()
count() { sed -nE "s/.*\b$1: +([0-9]+).*/\1/p" <<<"$2" | tail -n 1; }
for project in "${projects[@]}"; do
  log=artifacts/test-$project.log
  if timeout 900 dotnet test "tests/$project/$project.csproj" -c Release --no-build --nologo >"$log" 2>&1; then status=0; else status=$?; fi
  line=$(grep -E '^(Passed|Failed|Skipped)! ' "$log" | tail -n 1 || true)
  if [ -z "$line" ]; then
    cat "$log"
    echo "$project did not finish (exit code $status)."
    broken+=("$project")
    continue
  fi
  [ "$status" -eq 0 ] || cat "$log"
  printf '%-22s %s\n' "$project" "${line#*- }"
  passed=$((passed + $(count Passed "$line")))
  failed=$((failed + $(count Failed "$line")))
  skipped=$((skipped + $(count Skipped "$line")))
done
failed=$((failed + ${#broken[@]}))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
