#!/usr/bin/env bash
# Random runs with faults, for minutes or for hours. `tests/soak.sh help` tells the rest.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$ROOT/deploy/native/lib.sh"
cd "$ROOT"

usage() {
  cat <<TEXT
usage: tests/soak.sh [--minutes N] [--seed N]

  --minutes N   begin no new run after so many minutes (default 60)
  --seed N      seed of the first run, counted up (default: from the clock)

Each run: a random database with a random history through sinks, broker and appliers into PostgreSQL while processes, servers and connections
fail by a schedule drawn from the same seed; every consistent moment, the end and the accounting are compared with the model. Seeds are printed. It stops at
the first failure, keeps the report in TestResults/ and says how to replay it: the same data and the same schedule; how they meet in time differs.
TEXT
}

MINUTES=60 SEED=$(($(date +%s) % 1000000000))
while [ $# -gt 0 ]; do
  case $1 in
    --minutes) MINUTES=${2:-}; shift; shift || true ;;
    --seed) SEED=${2:-}; shift; shift || true ;;
    help | -h | --help) usage; exit ;;
    *) refuse "unknown option '$1'" ;;
  esac
done
if ! [[ $MINUTES =~ ^[0-9]+$ && $SEED =~ ^[0-9]+$ ]]; then refuse "--minutes and --seed need whole numbers"; fi

CONFIGURATION=${FAILBACK_TEST_CONFIGURATION:-Release}
RESULTS=$ROOT/TestResults
mkdir -p "$RESULTS"
use_published
say "building ($CONFIGURATION)"
dotnet build tests/Failback.EndToEnd.Tests -c "$CONFIGURATION" -v quiet </dev/null >"$RESULTS/build.log" 2>&1 ||
  die "the build failed" "$(grep -E 'error' "$RESULTS/build.log" | sort -u | head -n 20)"

# The runs start their servers themselves; this is the only setting they need.
export FAILBACK_SOAK_MINUTES=$MINUTES FAILBACK_SOAK_SEED=$SEED
status=0
"tests/Failback.EndToEnd.Tests/bin/$CONFIGURATION/net10.0/Failback.EndToEnd.Tests" -explicit only -class '*.SoakTests' \
  -noLogo -noColor -xml "$RESULTS/soak.xml" </dev/null 2>&1 | tee "$RESULTS/soak.log" || status=$?
if [ $status -ne 0 ]; then
  say "a run failed; report: $RESULTS/soak.log"
  grep -oE "replay with FAILBACK_SEED=.*" "$RESULTS/soak.log" | tail -n 1 | sed 's#replay with \(.*\)#replay: \1 ./test.sh e2e FaultScheduleTests#'
fi
exit $status
