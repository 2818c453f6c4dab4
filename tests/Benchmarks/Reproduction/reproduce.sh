#!/usr/bin/env bash
# Figures of papers beside ours, on MNIST: the table of docs/reproduction.md, to standard output.
#   tests/Benchmarks/Reproduction/reproduce.sh mnist/            # the default rows
#   tests/Benchmarks/Reproduction/reproduce.sh mnist/ --long     # and those that take hours
#   tests/Benchmarks/Reproduction/reproduce.sh mnist/ fedprox    # one paper's rows: fedavg fedavg-long fedprox scaffold hierfavg clipping dp
# What has been trained is kept in artifacts/reproduction and not trained again. Figures over several seeds: mean (least to greatest).
# Minutes are those of training and evaluation, all seeds together, as the machine was when they were trained.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../../.."
data=${1:?"name the folder of MNIST's idx files, as in: $0 mnist/"}
shift
templates=tests/Benchmarks/Reproduction
home=artifacts/reproduction
mkdir -p "$home"

# train KEY SEEDS TEMPLATE FIELD=VALUE...: trains the template's plan under seeds 1 to SEEDS. KEY.SEED.run is what pbm run prints,
# KEY.SEED.rounds what the ledger has of the rounds.
train() {
  local key=$1 seeds=$2 plan=$home/$1.json seed field
  cp "$templates/$3.json" "$plan"
  for field in "${@:4}"; do
    sed -i "s|@${field%%=*}@|${field#*=}|" "$plan"
  done
  for seed in $(seq 1 "$seeds"); do
    local kept=$home/$key.$seed
    if [[ ! -s $kept.run ]]; then
      rm -rf "$kept.home"
      ./pbm run "$plan" --data "$data" --seed "$seed" --home "$kept.home" --fresh --json > "$kept.part"
      ./pbm ledger show "reproduce-$3-1" --home "$kept.home" --json > "$kept.rounds"
      rm -rf "$kept.home"
      mv "$kept.part" "$kept.run"
      echo "$key, seed $seed: $(number "$kept.run" rounds) rounds, accuracy $(number "$kept.run" accuracy), $(number "$kept.run" wallSeconds) s" >&2
    fi
  done
}

# number FILE FIELD: the field of what pbm run printed.
number() { sed -E "s/.*\"$2\":(-?[0-9.eE+-]+).*/\1/" "$1"; }

# each KEY FIELD: the field, a line for each seed.
each() {
  local run
  for run in "$home/$1".[0-9]*.run; do number "$run" "$2"; done
}

# summary SCALE DIGITS: mean (least to greatest) of the lines read.
summary() {
  awk -v scale="$1" -v digits="$2" '
    { v = scale * $1; sum += v; if (NR == 1 || v < lo) lo = v; if (NR == 1 || v > hi) hi = v }
    END { f = "%." digits "f"; if (NR == 1) printf f, sum; else printf f " (" f " to " f ")", sum / NR, lo, hi }'
}

# mean SCALE DIGITS: the mean of the lines read.
mean() { awk -v scale="$1" -v digits="$2" '{ sum += scale * $1 } END { printf "%." digits "f", sum / NR }'; }

# rounds_to KEY TARGET: rounds to the accuracy, or that it was not reached.
rounds_to() {
  paste <(each "$1" rounds) <(each "$1" accuracy) | awk -v target="$2" '
    $2 >= target { n++; sum += $1; if (n == 1 || $1 < lo) lo = $1; if (n == 1 || $1 > hi) hi = $1 }
    $2 < target { missed++; most = $1 }
    END {
      if (n == 0) printf "not in %d", most
      else if (NR == 1) printf "%d", sum
      else printf "%.0f (%d to %d)", sum / n, lo, hi
      if (n > 0 && missed > 0) printf ", %d of %d seeds not in %d", missed, NR, most
    }'
}

accuracy() { each "$1" accuracy | summary 100 1; }
minutes() { for key in "$@"; do each "$key" wallSeconds; done | awk '{ s += $1 } END { printf "%.1f", s / 60 }'; }

# line PAPER SETTING THEIRS OURS MINUTES ROWS
line() { echo "| $1 | $2 | $3 | $4 | $5 | \`$6\` |"; }

# fedavg_row TABLE NETWORK PARTITION FRACTION EPOCHS BATCH TARGET ROUNDS RATE SEEDS THEIRS ROWS
fedavg_row() {
  local key=fedavg-$2-$3-C$4-E$5-B$6-rate$9
  train "$key" "${10}" fedavg NETWORK="$2" PARTITION="$3" FRACTION="$4" EPOCHS="$5" BATCH="$6" TARGET="$7" ROUNDS="$8" RATE="$9"
  local dealt=iid batch=$6 network=${2/mnist-cnn/CNN}
  [[ $3 == iid ]] || dealt="two shards"
  [[ $6 != 600 ]] || batch=all
  line "McMahan et al. 2017, $1" "${network/2nn/2NN}, $dealt, C = $4, E = $5, B = $batch, rate $9: rounds to $(awk -v t="$7" 'BEGIN { print 100 * t }') %" \
    "${11}" "$(rounds_to "$key" "$7")" "$(minutes "$key")" "${12}"
}

fedavg() {
  fedavg_row "Table 1" 2nn iid 0.1 1 10 0.97 300 0.1 3 87 fedavg
  fedavg_row "Table 1" 2nn iid 0.2 1 10 0.97 300 0.1 1 77 fedavg
  fedavg_row "Table 1" 2nn iid 0.5 1 10 0.97 300 0.1 1 75 fedavg
  fedavg_row "Table 1" 2nn shards 0.1 1 10 0.97 1000 0.1 1 664 fedavg
  fedavg_row "Table 1" 2nn shards 0.2 1 10 0.97 1000 0.1 1 619 fedavg
  fedavg_row "Table 2" mnist-cnn iid 0.1 1 10 0.99 100 0.2 1 34 fedavg
  fedavg_row "Table 2" mnist-cnn iid 0.1 1 50 0.99 150 0.5 1 65 fedavg
}

fedavg_long() {
  fedavg_row "Table 2" mnist-cnn iid 0.1 1 10 0.99 100 0.1 1 34 fedavg-long
  fedavg_row "Table 2" mnist-cnn iid 0.1 1 50 0.99 150 0.2 1 65 fedavg-long
  fedavg_row "Table 2" mnist-cnn iid 0.1 5 50 0.99 100 0.2 1 29 fedavg-long
  fedavg_row "Table 2" mnist-cnn iid 0.1 5 10 0.99 60 0.1 1 20 fedavg-long
  fedavg_row "Table 2" mnist-cnn shards 0.1 1 10 0.99 600 0.1 1 350 fedavg-long
  fedavg_row "Table 2" mnist-cnn shards 0.1 5 10 0.99 400 0.05 1 229 fedavg-long
  fedavg_row "Table 2" mnist-cnn iid 0.1 1 600 0.99 1500 0.2 1 626 fedavg-long
}

# Least accuracy after any of the last 100 rounds.
worst() { for f in "$home/$1".[0-9]*.rounds; do grep -oE '"accuracy":[0-9.]+,"macroF1"' "$f" | tail -100 | cut -d: -f2 | cut -d, -f1 | sort -g | head -1; done | summary 100 1; }

fedprox() {
  local epochs mu
  for epochs in 1 20; do
    for mu in 0 1; do
      train "fedprox-E$epochs-mu$mu" 3 fedprox EPOCHS=$epochs MU=$mu
      line "Li et al. 2020, section 5.3" "logistic, E = $epochs, mu = $mu: accuracy in % after 200 rounds; least of the last 100" \
        "$([[ $mu == 0 ]] && echo "FedAvg: unsteady" || echo "steadier than FedAvg")" \
        "$(accuracy "fedprox-E$epochs-mu$mu"); $(worst "fedprox-E$epochs-mu$mu")" "$(minutes "fedprox-E$epochs-mu$mu")" fedprox
    done
  done
}

# By algorithm: rounds at E = 1, 5, 10, each at the best of four local steps, as the paper tunes it.
scaffold() {
  local partition algorithm epochs rate key
  for partition in shards iid; do
    for algorithm in fedAvg fedProx scaffold; do
      [[ $partition-$algorithm != iid-fedProx ]] || continue
      local word="\"$algorithm\"" found="" keys=()
      [[ $algorithm != fedProx ]] || word='"fedProx", "mu": 1'
      for epochs in 1 5 10; do
        local tried=()
        for rate in 0.02 0.1 0.5 2; do
          key=scaffold-$partition-$algorithm-E$epochs-rate$rate
          train "$key" 1 scaffold PARTITION=$partition ALGORITHM="$word" EPOCHS=$epochs RATE=$rate ROUNDS=100 TARGET=0.88
          tried+=("$key")
        done
        found+="${found:+, }$(for key in "${tried[@]}"; do rounds_to "$key" 0.88; echo; done | sort -g -t' ' -k1 | grep -m1 '^[0-9]' || echo "not in 100")"
        keys+=("${tried[@]}")
      done
      line "Karimireddy et al. 2020, Table 3" "logistic, similarity $([[ $partition == iid ]] && echo 100 || echo 0) %, $algorithm, E = 1, 5, 10: rounds to 88 %" \
        "$(scaffold_claim $partition $algorithm)" "$found" "$(minutes "${keys[@]}")" scaffold
    done
  done
}

scaffold_claim() {
  case $1-$2 in
    iid-*) echo "all alike: fewer with more epochs" ;;
    *-scaffold) echo "fewer than FedAvg" ;;
    *) echo "more with more epochs" ;;
  esac
}

hierfavg() {
  local method intra
  for method in balanced random; do
    for intra in 1 2 4; do
      [[ $method-$intra != random-1 ]] || continue # the same bits as balanced groups
      train "hierfavg-$method-$intra" 3 hierfavg METHOD=$method INTRA=$intra ROUNDS=80 TARGET=0.85
      line "Liu et al. 2020, simulations" "logistic, 50 clients of one digit, $(hierfavg_setting $method $intra): cloud rounds to 85 %" "$(hierfavg_claim $method $intra)" \
        "$(rounds_to "hierfavg-$method-$intra" 0.85)" "$(minutes "hierfavg-$method-$intra")" hierfavg
    done
  done
}

hierfavg_setting() { [[ $2 == 1 ]] && echo "no groups" || echo "5 $1 groups that average $2 times a round"; }

hierfavg_claim() {
  case $1-$2 in
    *-1) ;;
    balanced-*) echo "edge-IID: fewer with more averagings" ;;
    random-*) echo "edge-NIID: more than edge-IID" ;;
  esac
}

# A round's 100 updates or so, under noise of the multiplier 1.
clipping() {
  local bound keys=() found="" bounds="0.01 0.03 0.1 0.3 1 3"
  for bound in $bounds; do
    train "clipping-$bound" 3 private CLIP="\"clip\": $bound" NOISE=1
    keys+=("clipping-$bound")
    found+="${found:+, }$(each "clipping-$bound" accuracy | mean 100 1)"
  done
  line "Andrew et al. 2021, experiments" "logistic, noise multiplier 1, clipped to ${bounds// /, }: accuracy in %" "depends on the bound" "$found" \
    "$(minutes "${keys[@]}")" clipping
  train clipping-adaptive 3 private CLIP='"clip": 0.1, "adaptiveClip": { "enabled": true }' NOISE=1
  line "Andrew et al. 2021, experiments" "the same, clipped to the median, which is found from 0.1 on: accuracy in %" "about the best fixed bound's" \
    "$(accuracy clipping-adaptive)" "$(minutes clipping-adaptive)" clipping
}

# Noise of multiplier z in a round of q K clients' updates is noise of z K / K' in one of q K' clients': 1,000 clients stand for more.
dp() {
  local epsilon clients noise scaled
  train dp-none 3 private CLIP='"clip": 0.3' NOISE=0
  line "McMahan et al. 2018, experiments" "logistic, clipped to 0.3, no noise: accuracy in %" "" "$(accuracy dp-none)" "$(minutes dp-none)" dp
  for epsilon in 1 8; do
    noise=$(number <(./pbm privacy calibrate --epsilon $epsilon --q 0.1 --steps 100 --delta 1e-6 --sampling poisson --json) noiseMultiplier)
    for clients in 1000 10000 100000; do
      scaled=$(awk -v z="$noise" -v k=$clients 'BEGIN { printf "%.6g", z * 1000 / k }')
      train "dp-$epsilon-$clients" 3 private CLIP='"clip": 0.3' NOISE="$scaled"
      line "McMahan et al. 2018, experiments" "the same, epsilon $epsilon (delta 1e-6, multiplier $(printf %.2f "$noise")), noise as of $clients clients: accuracy in %" \
        "little lost once clients are many" "$(accuracy "dp-$epsilon-$clients")" "$(minutes "dp-$epsilon-$clients")" dp
    done
  done
}

rows=("$@")
[[ $# -gt 0 ]] || rows=(fedprox scaffold hierfavg clipping dp fedavg)
[[ ${1:-} != --long ]] || rows=(fedprox scaffold hierfavg clipping dp fedavg fedavg-long)
echo "| paper | setting | paper's | ours | minutes | row |"
echo "|---|---|---|---|---|---|"
for row in "${rows[@]}"; do
  case $row in
    fedavg | fedprox | scaffold | hierfavg | clipping | dp) $row ;;
    fedavg-long) fedavg_long ;;
    *) echo "$0: there are no rows '$row'; give --long, or some of fedavg fedavg-long fedprox scaffold hierfavg clipping dp." >&2; exit 2 ;;
  esac
done
