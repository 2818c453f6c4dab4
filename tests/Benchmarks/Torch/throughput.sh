#!/usr/bin/env bash
# Training speed of this engine against PyTorch (Debian's python3-torch), in turn, on the same network, batch and threads.
# usage: throughput.sh [ROUNDS] [SCALE] (SCALE multiplies the steps of each run)
# Prints every pair, then the median, least and greatest ratio.
set -euo pipefail
cd "$(dirname "$0")/../../.."
rounds="${1:-5}"
scale="${2:-1}"
if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  echo "There is no PyTorch to compare with; install Debian's: sudo apt-get install --no-install-recommends python3-torch" >&2
  exit 2
fi
dotnet build -c Release tests/Benchmarks --nologo -v quiet >&2
ours="dotnet tests/Benchmarks/bin/Release/net10.0/Cohort.Benchmarks.dll throughput"
theirs="/usr/bin/python3 tests/Benchmarks/Torch/throughput.py"

# compare NAME higher|lower ARGUMENTS...: ratio above 1 means that this engine is faster.
compare() {
  local name="$1" better="$2" lines="" a b
  shift 2
  for _ in $(seq "$rounds"); do
    a="$($ours "$@")"
    b="$($theirs "$@")"
    lines+="$a $b"$'\n'
  done
  printf '%s' "$lines" | awk -v name="$name" -v better="$better" '
    function median(v, n) { return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2 }
    function sort(v, n,  i, j, t) {
      for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    }
    {
      ours[NR] = $1; theirs[NR] = $2; ratio[NR] = better == "higher" ? $1 / $2 : $2 / $1
      printf "  %s: %s against %s\n", name, $1, $2
    }
    END {
      sort(ours, NR); sort(theirs, NR); sort(ratio, NR)
      printf "%s: %.1f against PyTorch %.1f (medians); ratio median %.2f, least %.2f, greatest %.2f\n",
        name, median(ours, NR), median(theirs, NR), median(ratio, NR), ratio[1], ratio[NR]
    }'
}

steps() { echo $(( $1 * scale )); }
compare "images/s, batch 64, 1 thread" higher train 1 64 "$(steps 15)"
compare "images/s, batch 64, 2 threads" higher train 2 64 "$(steps 25)"
compare "images/s, batch 10, 1 thread" higher train 1 10 "$(steps 80)"
compare "images/s, batch 64, 2 slots of 1 thread" higher slots 2 64 "$(steps 15)"
compare "microseconds a step, logistic regression, batch 10" lower tiny "$(steps 6000)"
