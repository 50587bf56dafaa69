#!/usr/bin/env bash
# Real servers without Docker and without touching the host's packages. `servers.sh help` tells the rest.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C.UTF-8
. "$HERE/lib.sh"
. "$HERE/packages.sh"
KNOWN=(postgres rabbitmq mariadb mysql oracle)
for module in "${KNOWN[@]}"; do . "$HERE/$module.sh"; done

usage() {
  cat <<TEXT
usage: servers.sh COMMAND [NAME...] [options]

  install         unpack the server programs below $(native_prefix) (set FAILBACK_PREFIX to change)
  up              install, create the data folders, start what does not run, wait until it answers, print env
  env             print KEY=value lines: URLs with the superuser, process ids
  ps              print "name pid" of what runs
  restart         stop cleanly and start again on the same data
  start           start again on the same data (after stop or kill)
  stop            stop cleanly, keep the data
  kill            SIGKILL the server and its children, keep the data
  rabbitmqctl -- ARGUMENTS   RabbitMQ's own tool, for the broker of the folder
  down            stop everything; with --purge delete the data too

NAME: ${KNOWN[*]} (default: those of --only, or those the folder has, or postgres rabbitmq)

  --dir DIR       where data, logs and settings go (default .run/servers in the current folder)
  --only A,B      the servers meant
  --fast          no fsync: for tests; decided when the data folder is created
  --port-base N   first of 20 ports, chosen when the folder is created (default: the first free block from 24000)
TEXT
}

# Offsets below the port base; a server's ports are fixed for the life of its folder.
port_offset() {
  case $1.$2 in
    postgres.sql) echo 0 ;; rabbitmq.amqp) echo 1 ;; rabbitmq.management) echo 2 ;; rabbitmq.prometheus) echo 3 ;;
    rabbitmq.distribution) echo 4 ;; rabbitmq.epmd) echo 5 ;; mariadb.sql) echo 6 ;; mysql.sql) echo 7 ;; oracle.sql) echo 8 ;;
    *) die "no port is planned for $1 $2" ;;
  esac
}

free_port_base() {
  local block base offset taken first=0
  # Test runs that start at the same moment must not choose the same block: begin anywhere.
  if [ "$FAST_WANTED" = 1 ]; then first=$((RANDOM % 300)); fi
  for ((block = first; block < first + 300; block++)); do
    base=$((24000 + block % 300 * 20)) taken=0
    for ((offset = 0; offset < 9; offset++)); do if port_open $((base + offset)); then taken=1; break; fi; done
    if [ $taken = 0 ]; then echo "$base"; return; fi
  done
  die "no free block of ports between 24000 and 30000" "choose one: --port-base N"
}

server_bundle() {
  local suite=$1_suite packages=$1_packages
  bundle_folder "$1" "${!suite}" "${!packages}"
}

server_install() {
  if [ "$(type -t "$1_install")" = function ]; then
    "$1_install" || die "$1 could not be installed" "see the messages above, then repeat: servers.sh install --only $1"
    return
  fi
  local suite=$1_suite packages=$1_packages
  bundle_install "$1" "${!suite}" "${!packages}" || die "the packages of $1 could not be downloaded (Debian ${!suite})" \
    "check the network and $(debian_mirror), then repeat: servers.sh install --only $1"
}

# use_server NAME: HOME_DIR, SECRET, FAST and PORT_* of an existing server folder.
use_server() {
  HOME_DIR=$DIR/$1
  [ -r "$HOME_DIR/settings" ] || die "there is no $1 in $DIR" "create it: servers.sh up --dir $DIR --only $1"
  . "$HOME_DIR/settings"
  choose_server_user "$HOME_DIR"
}

create_server() {
  local name=$1 ports=$1_ports port
  HOME_DIR=$DIR/$name
  if [ -e "$HOME_DIR/created" ]; then return; fi
  rm -rf "$HOME_DIR"
  mkdir -p "$HOME_DIR"
  chmod 700 "$HOME_DIR"
  [ -s "$DIR/port-base" ] || printf '%s\n' "${PORT_BASE:-$(free_port_base)}" >"$DIR/port-base"
  (
    umask 077
    printf 'SECRET=%s\nFAST=%s\n' "$(random_hex 16)" "$FAST_WANTED"
    for port in ${!ports}; do printf 'PORT_%s=%s\n' "${port^^}" $(($(cat "$DIR/port-base") + $(port_offset "$name" "$port"))); done
  ) >"$HOME_DIR/settings"
  own_by_server "$HOME_DIR"
  use_server "$name"
  "${name}_create" || die "$name could not create its data folder" "$(tail -n 5 "$HOME_DIR/create.log" 2>/dev/null)"
  touch "$HOME_DIR/created"
}

server_pid() {
  local pid
  pid=$(noted_process "$HOME_DIR") || return 1
  if [ "$(type -t "$1_pid")" = function ]; then "$1_pid" "$pid"; else printf '%s' "$pid"; fi
}

launch_server() {
  local name=$1 ports=$1_ports port variable
  use_server "$name"
  if ! server_pid "$name" >/dev/null; then
    for port in ${!ports}; do
      variable=PORT_${port^^}
      [ "$port" = epmd ] || ! port_open "${!variable}" || die "$name wants port ${!variable} ($port), but another program has it" \
        "stop that program (another stack of yours?) and repeat; other ports need a new folder: --dir, --port-base"
    done
    "${name}_start"
  fi
}

await_server() {
  local name=$1
  use_server "$name"
  NEXT_TRY=0
  wait_until 90 server_answers "$name" ||
    die "$name does not answer" "see the logs in $HOME_DIR; the last lines:" "$(tail -q -n 5 "$HOME_DIR"/*.log 2>/dev/null)"
}

start_server() { launch_server "$1"; await_server "$1"; }

# A server that gave up at start (a killed one's children still held the data) is started again, every half second.
server_answers() {
  if ! server_pid "$1" >/dev/null && [ "${EPOCHREALTIME/[.,]/}" -ge "$NEXT_TRY" ]; then
    NEXT_TRY=$((${EPOCHREALTIME/[.,]/} + 500000))
    "$1_start"
  fi
  "$1_ready"
}

stop_server() {
  local name=$1 pid signal=$1_stop_signal after=$1_after_stop
  use_server "$name"
  if pid=$(noted_process "$HOME_DIR"); then
    kill -s "${!signal}" "$(server_pid "$name")"
    wait_until 30 process_gone "$pid" || { say "$name did not stop in 30 s: killed"; kill_server "$name"; }
  fi
  [ "$(type -t "$after")" != function ] || "$after"
}

kill_server() {
  local name=$1 pid tree
  use_server "$name"
  pid=$(noted_process "$HOME_DIR") || return 0
  mapfile -t tree < <(process_tree "$pid")
  kill -KILL "${tree[@]}" 2>/dev/null || true
  for pid in "${tree[@]}"; do wait_until 10 process_gone "$pid" || die "process $pid of $name does not end"; done
}

print_env() {
  local name=$1 pid
  use_server "$name"
  "${name}_env"
  pid=$(server_pid "$name") && printf 'FAILBACK_%s_PID=%s\n' "${name^^}" "$pid" || true
}

COMMAND=${1:-help}
[ $# -eq 0 ] || shift
DIR=$PWD/.run/servers FAST_WANTED=0 PORT_BASE= PURGE=0 NAMES=() ARGUMENTS=()
while [ $# -gt 0 ]; do
  case $1 in
    --dir) DIR=${2:?--dir needs a folder}; shift 2 ;;
    --only) IFS=, read -r -a NAMES <<<"${2:?--only needs names}"; shift 2 ;;
    --port-base) PORT_BASE=${2:?--port-base needs a number}; shift 2 ;;
    --fast) FAST_WANTED=1; shift ;;
    --purge) PURGE=1; shift ;;
    --) shift; ARGUMENTS=("$@"); break ;;
    -*) die "unknown option $1" "see: servers.sh help" ;;
    *) NAMES+=("$1"); shift ;;
  esac
done
DIR=$(realpath -m "$DIR")
for name in "${NAMES[@]}"; do
  [[ " ${KNOWN[*]} " == *" $name "* ]] || die "unknown server $name" "known: ${KNOWN[*]}"
done
if [ ${#NAMES[@]} -eq 0 ]; then
  for name in "${KNOWN[@]}"; do if [ -e "$DIR/$name/created" ]; then NAMES+=("$name"); fi; done
  if [ ${#NAMES[@]} -eq 0 ] && [[ $COMMAND =~ ^(up|install)$ ]]; then NAMES=(postgres rabbitmq); fi
fi

case $COMMAND in
  install) for name in "${NAMES[@]}"; do server_install "$name"; done ;;
  up)
    for name in "${NAMES[@]}"; do server_install "$name"; done
    mkdir -p "$DIR"
    exec 9>"$DIR/.lock"
    flock 9
    for name in "${NAMES[@]}"; do create_server "$name"; launch_server "$name"; done
    for name in "${NAMES[@]}"; do await_server "$name"; done
    for name in "${NAMES[@]}"; do print_env "$name"; done
    ;;
  start) for name in "${NAMES[@]}"; do start_server "$name"; done ;;
  restart) for name in "${NAMES[@]}"; do stop_server "$name"; start_server "$name"; done ;;
  stop) for name in "${NAMES[@]}"; do stop_server "$name"; done ;;
  kill) for name in "${NAMES[@]}"; do kill_server "$name"; done ;;
  env) for name in "${NAMES[@]}"; do print_env "$name"; done ;;
  ps) for name in "${NAMES[@]}"; do use_server "$name"; if pid=$(server_pid "$name"); then echo "$name $pid"; fi; done ;;
  down)
    for name in "${NAMES[@]}"; do if [ -e "$DIR/$name/settings" ]; then stop_server "$name"; fi; done
    if [ $PURGE = 1 ]; then rm -rf "$DIR"; fi
    ;;
  rabbitmqctl) use_server rabbitmq; rabbitmq_tool "${ARGUMENTS[@]}" ;;
  help | --help | -h) usage ;;
  *) die "unknown command $COMMAND" "see: servers.sh help" ;;
esac
