#!/usr/bin/env bash
# From nothing to a trained model: installs what is missing, builds, and trains the quick plan (synthetic avatar faces, 24 students).
# Arguments go to `pbm run plans/quick.json`, e.g. ./run.sh --seed 7
set -euo pipefail
cd "$(dirname "$0")"
scripts/install.sh
exec ./pbm run plans/quick.json "$@"
