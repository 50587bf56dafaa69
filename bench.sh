#!/usr/bin/env bash
# Benchmarks on real servers with the durability of production. `./bench.sh help` tells the rest.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$ROOT/deploy/native/lib.sh"
cd "$ROOT"

usage() {
  cat <<TEXT
usage: ./bench.sh [--quick] [--strict] [NAME...]

  --quick   one run of each, a fifth of the rows: five minutes; without a NAME some are left out
  --strict  exit code 1 when a target is missed
  NAME      only these; ./bench.sh --help lists them

Servers: as for ./test.sh, but with fsync, on free ports, data in a temporary folder. Nothing else should run on the machine. What the
lines mean: docs/operate/performance.md.
TEXT
}

case ${1:-} in help | -h) usage; exit ;; esac
for argument; do
  case $argument in
    --quick | --strict | --help) ;;
    -*) refuse "unknown option '$argument'" ;;
    # The names stand in the program's sources; it lists them itself once it is built.
    *) grep -rqF "\"$argument\"" tests/Failback.Benchmarks --include=*.cs || refuse "there is no benchmark '$argument'; ./bench.sh --help lists them" ;;
  esac
done
WORK=$(mktemp -d "${TMPDIR:-/tmp}/failback-bench.XXXXXX")
chmod 755 "$WORK"
tear_down() {
  "$ROOT/deploy/native/servers.sh" down --purge --dir "$WORK/servers" || true
  rm -rf "$WORK"
}
trap tear_down EXIT
trap 'exit 130' INT TERM

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
use_published
say "building tests/Failback.Benchmarks (Release)"
dotnet build tests/Failback.Benchmarks -c Release -v quiet </dev/null >"$WORK/build.log" 2>&1 || die "the build failed" "$(grep -E 'error|warning' "$WORK/build.log" | sort -u | head -n 20)"
PROGRAM=tests/Failback.Benchmarks/bin/Release/net10.0/Failback.Benchmarks
case " $* " in *" --help "*) "$PROGRAM" --help; exit ;; esac
test_servers_up "$WORK/servers"
say "$(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo), load $(cut -d' ' -f1 /proc/loadavg); RabbitMQ quorum queues with fsync, PostgreSQL, MariaDB and MySQL with fsync per commit"
"$PROGRAM" "$@"
