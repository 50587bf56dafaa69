#!/usr/bin/env bash
# Brings the whole stack up and runs the demo. `./run.sh help` tells the rest.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RUN=$(realpath -m "${FAILBACK_RUN_FOLDER:-$ROOT/.run}")
. "$ROOT/deploy/native/lib.sh"
. "$ROOT/deploy/native/ports.sh"
. "$ROOT/deploy/run/services.sh"
. "$ROOT/deploy/run/arguments.sh"

usage() {
  cat <<TEXT
usage: ./run.sh [COMMAND]

  (none)        up, then the demo: recorded changefeed traffic replayed into a fresh database, with a verdict
  up            broker, target database, control, sink, appliers and CockroachDB, or its stand-in; safe to repeat
  demo          the demo alone; demo userscripts: a userscript on the way to PostgreSQL and MariaDB
  env           KEY=value lines: addresses, API token, superuser URLs
  ps            "name pid", one line a process
  scale A=N     replicas: ./run.sh scale applier-postgres=3 (also sink=N, natively)
  restart NAME  stop cleanly and start again: ${SERVICES[*]} ${SERVERS[*]}
  logs [NAME]   follow the logs
  down          stop everything, keep the data; down --purge deletes the data too

With a Docker engine this is docker compose; without one, or with FAILBACK_NATIVE=1, the servers are unpacked below
$(native_prefix) (FAILBACK_PREFIX) and run as plain processes. Data, logs and secrets: $RUN (FAILBACK_RUN_FOLDER).
TEXT
}

check_arguments "$@"

if [ "${FAILBACK_NATIVE:-}" != 1 ] && [ ! -e "$RUN/services" ] && docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; then
  . "$ROOT/deploy/run/compose.sh"
else
  . "$ROOT/deploy/run/native.sh"
fi

case ${1:-} in
  help | -h | --help) usage; exit ;;
  '' | up | demo | scale | restart | down)
    mkdir -p "$RUN/log"
    exec 7>"$RUN/.lock"
    flock -w 300 7 || die "another run.sh works on $RUN" "wait for it, or end it"
    ;;
esac
case ${1:-} in
  '')
    started=$SECONDS
    stack_up
    say "the stack is ready after $((SECONDS - started)) s"
    exec 7>&-
    stack_demo
    say "still running; './run.sh env' prints the addresses, './run.sh down' stops everything"
    ;;
  up)
    started=$SECONDS
    stack_up
    say "the stack is ready after $((SECONDS - started)) s; './run.sh env' prints the addresses"
    ;;
  demo) stack_demo "${@:2}" ;;
  env) stack_env ;;
  ps) stack_ps ;;
  scale) stack_scale "$2" ;;
  restart) stack_restart "$2" ;;
  logs) stack_logs "${2:-}" ;;
  down) stack_down "${2:-}" ;;
esac
