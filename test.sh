#!/usr/bin/env bash
# Every test, on real servers. `./test.sh help` tells the rest.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$ROOT/deploy/native/lib.sh"
. "$ROOT/deploy/native/packages.sh"
. "$ROOT/deploy/native/browser.sh"
. "$ROOT/deploy/native/monitoring.sh"
cd "$ROOT"

usage() {
  cat <<TEXT
usage: ./test.sh [all|unit|dialects|deploy|e2e|long] [FILTER]

  unit          no servers, seconds
  dialects      the conformance suite on real databases
  deploy        Prometheus, Alertmanager, Grafana's dashboards and compose files by their own programs; alerts, metrics and traces of running processes
  e2e           the processes themselves, as published, real servers, faults
  long          what takes longer than the parts above may: explicit tests of all of them, with seeds that are printed. Not part of all
  FILTER        only tests whose full name contains it: ./test.sh e2e Captures

Servers (PostgreSQL, RabbitMQ, MariaDB, MySQL, a stand-in for Oracle), a browser and Prometheus are unpacked below $(native_prefix)
(FAILBACK_PREFIX). The servers are started without fsync on free ports with data in a temporary folder, and removed afterwards, also when a
test fails. Reports: TestResults/. FAILBACK_TEST_BROWSER=PATH uses a Chromium that is there.
FAILBACK_TEST_CONFIGURATION=Debug builds the tests with that configuration instead of Release; what they start is published (deploy/publish.sh).
long: FAILBACK_SOAK_MINUTES=N lets the soak go on for N minutes (15), FAILBACK_SOAK_SEED=N is its first seed (from the clock); tests/soak.sh runs it alone.
TEXT
}

# Programs that the parts "$@" start; nothing: all of them. Of the command line unit and dialects use the host and the compiler of userscripts.
published_for() { case "$*" in unit) echo cli ;; dialects) echo cli oracle-stand-in ;; esac; }

declare -A PROJECTS=([unit]=Failback.Tests [dialects]=Failback.Dialects.Tests [deploy]=Failback.EndToEnd.Tests [e2e]=Failback.EndToEnd.Tests)
# Where one project has the tests of two parts: the namespace of the first, which the second leaves out.
DEPLOY_TESTS=Failback.EndToEnd.Tests.Deployment
# Seconds until a hanging project is ended; generous, for two busy cores.
declare -A LIMITS=([unit]=300 [dialects]=900 [deploy]=420 [e2e]=1440)
EXPLICIT=off
case ${1:-all} in
  all) PARTS=(unit dialects deploy e2e) ;;
  unit | dialects | deploy | e2e) PARTS=("$1") ;;
  long)
    PARTS=(unit dialects e2e) EXPLICIT=only
    export FAILBACK_SOAK_MINUTES=${FAILBACK_SOAK_MINUTES:-15} FAILBACK_SOAK_SEED=${FAILBACK_SOAK_SEED:-$(($(date +%s) % 1000000000))}
    LIMITS=([unit]=7200 [dialects]=14400 [e2e]=$((14400 + FAILBACK_SOAK_MINUTES * 60)))
    ;;
  help | -h | --help) usage; exit ;;
  *) refuse "unknown part '$1'" ;;
esac
[ $# -le 2 ] || refuse "one filter at most: '${*:2}'"
FILTER=${2:-}
[[ $FILTER != -* ]] || refuse "unknown option '$FILTER'"
CONFIGURATION=${FAILBACK_TEST_CONFIGURATION:-Release}
RESULTS=$ROOT/TestResults
WORK=$(mktemp -d "${TMPDIR:-/tmp}/failback-test.XXXXXX")
chmod 755 "$WORK"
PASSED=0 FAILED=0 SKIPPED=0
SUMMARY=()
NOTES=()

tear_down() {
  "$ROOT/deploy/native/servers.sh" down --purge --dir "$WORK/servers" || true
  rm -rf "$WORK"
}
trap tear_down EXIT
trap 'exit 130' INT TERM

build() {
  use_published $(published_for "${PARTS[@]}")
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  local target=Failback.sln
  [ "${#PARTS[@]}" -gt 1 ] || target=tests/${PROJECTS[${PARTS[0]}]}
  say "building $target ($CONFIGURATION)"
  dotnet build "$target" -c "$CONFIGURATION" -v quiet </dev/null >"$RESULTS/build.log" 2>&1 ||
    die "the build failed" "$(grep -E 'error|warning' "$RESULTS/build.log" | sort -u | head -n 20)" "all of it: $RESULTS/build.log"
}

# The failed tests of an xUnit report, each with the start of its message.
failures() {
  tr '\n' ' ' <"$1" | grep -oP '<test [^>]*result="Fail".*?</message>' | sed -E 's/<test [^>]*name="([^"]*)".*<message>(<!\[CDATA\[)?(.{0,300}).*/  \1: \3/; s/\\?&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' || true
}

# Why tests of an xUnit report were skipped, each reason once with its count.
skips() {
  tr '\n' ' ' <"$1" | grep -oP '<reason>.*?</reason>' | sed -E 's/<reason>(<!\[CDATA\[)?//; s/(\]\]>)?<\/reason>//' | sort | uniq -c | sed -E 's/^ *([0-9]+) /  \1 skipped: /' || true
}

# An attribute of the first <assembly> element of an xUnit report; nothing without a report.
count() { if [ -f "$1" ]; then sed -nE "s/.*<assembly [^>]*[ ]$2=\"([0-9]+)\".*/\1/p" "$1" | head -n 1; fi; }

# The runner's output without the skipped tests, each of which takes two lines: the summary names the reasons.
without_skips() { sed -u '/ \[SKIP\]$/,+1d'; }

run_part() {
  local project=${PROJECTS[$1]} limit=${LIMITS[$1]} status=0 started=$SECONDS arguments=()
  local name=$project
  if [ "$1" = deploy ]; then name=$DEPLOY_TESTS; fi
  local report=$RESULTS/$name.xml
  rm -f "$report"
  arguments=(-xml "$report" -noLogo -noColor -explicit "$EXPLICIT")
  if [ -n "$FILTER" ]; then arguments+=(-method "*$FILTER*"); fi
  case $1 in
    deploy) arguments+=(-namespace "$DEPLOY_TESTS") ;;
    e2e) arguments+=(-namespace- "$DEPLOY_TESTS") ;;
  esac
  say "--- $name"
  timeout --kill-after=20 "$limit" "tests/$project/bin/$CONFIGURATION/net10.0/$project" "${arguments[@]}" </dev/null | without_skips || status=$?
  local passed failed skipped errors
  passed=$(count "$report" passed) failed=$(count "$report" failed) skipped=$(count "$report" skipped) errors=$(count "$report" errors)
  if [ -z "$passed" ]; then
    say "$name left no report (exit code $status$([ $status -eq 124 ] && printf ', over its %s s' "$limit"))"
    passed=0 failed=1 skipped=0 errors=0
  fi
  failed=$((failed + ${errors:-0}))
  # A runner that says failure without a failed test must not look green.
  if [ $status -ne 0 ] && [ $failed -eq 0 ]; then failed=1; fi
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
  if [ -f "$report" ]; then mapfile -t -O "${#NOTES[@]}" NOTES < <(failures "$report"; skips "$report"); fi
  SUMMARY+=("$(printf '%-35s %5d passed %5d failed %5d skipped %6d s' "$name" "$passed" "$failed" "$skipped" $((SECONDS - started)))")
}

# Processes here live for seconds: profiling and compiling anew what was called thirty times costs more than it saves. Waiting workers that spin take the
# processor from the servers. The numbers are hexadecimal.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=200 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0

mkdir -p "$RESULTS"
if [ "${PARTS[*]}" != unit ]; then test_servers_up "$WORK/servers" --fast; fi
if [[ " ${PARTS[*]} " == *" e2e "* && -z "${FAILBACK_TEST_BROWSER:-}" ]]; then
  if FAILBACK_TEST_BROWSER=$(browser_program); then export FAILBACK_TEST_BROWSER; else say "no browser: its packages are not to be had today"; fi
fi
if [[ " ${PARTS[*]} " == *" deploy "* ]]; then
  if FAILBACK_MONITORING_PROGRAMS=$(monitoring_programs); then export FAILBACK_MONITORING_PROGRAMS; else say "no Prometheus: its packages are not to be had today"; fi
fi
build
if [ "$EXPLICIT" = only ]; then say "explicit tests; the soak: FAILBACK_SOAK_MINUTES=$FAILBACK_SOAK_MINUTES FAILBACK_SOAK_SEED=$FAILBACK_SOAK_SEED"; fi
for part in "${PARTS[@]}"; do run_part "$part"; done
printf '\n'
printf '%s\n' "${NOTES[@]}" "${SUMMARY[@]}"
if [ $((PASSED + FAILED)) -eq 0 ]; then say "no test ran"; FAILED=1; fi
printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
[ "$FAILED" -eq 0 ]
