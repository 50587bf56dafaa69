#!/usr/bin/env bash
# Real servers without Docker and without touching the host's packages. `servers.sh help` tells the rest.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C.UTF-8
. "$HERE/lib.sh"
. "$HERE/ports.sh"
. "$HERE/packages.sh"
. "$HERE/mysql-family.sh"
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
  --port-base N   first of 10 ports, chosen when the folder is created (default: a free block from 24000 on)
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

# Reserves a block for the folder; its first port stands in $DIR/port-base, from which servers that are created later take theirs.
choose_port_base() {
  local block base first=0 count=10
  if [ -n "$PORT_BASE" ]; then
    reserve_block "$DIR" "$PORT_BASE" $count || die "not all ports from $PORT_BASE to $((PORT_BASE + count - 1)) are free" "choose others: --port-base N; without it free ones are found"
    echo "$PORT_BASE" >"$DIR/port-base"
    return
  fi
  # Looking from the start costs a second where many run at once: tests begin anywhere.
  if [ "$FAST_WANTED" = 1 ]; then first=$((RANDOM % 300)); fi
  for ((block = first; block < first + 300; block++)); do
    base=$((24000 + block % 300 * 20))
    if reserve_block "$DIR" "$base" $count; then echo "$base" >"$DIR/port-base"; return; fi
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
  local name=$1
  HOME_DIR=$DIR/$name
  if [ -e "$HOME_DIR/created" ]; then return; fi
  rm -rf "$HOME_DIR"
  mkdir -p "$HOME_DIR"
  chmod 700 "$HOME_DIR"
  [ -s "$DIR/port-base" ] || { release_ports "$DIR"; choose_port_base; }
  write_settings "$name" "$(random_hex 16)" "$FAST_WANTED"
  own_by_server "$HOME_DIR"
  use_server "$name"
  "${name}_create" || die "$name could not create its data folder" "$(tail -n 5 "$HOME_DIR/create.log" 2>/dev/null)"
  touch "$HOME_DIR/created"
}

# write_settings NAME SECRET FAST: with the ports that the folder's block has for the server.
write_settings() {
  local ports=$1_ports port
  (
    umask 077
    printf 'SECRET=%s\nFAST=%s\n' "$2" "$3"
    for port in ${!ports}; do printf 'PORT_%s=%s\n' "${port^^}" $(($(cat "$DIR/port-base") + $(port_offset "$1" "$port"))); done
  ) >"$HOME_DIR/settings"
}

server_pid() {
  local pid
  pid=$(noted_process "$HOME_DIR") || return 1
  if [ "$(type -t "$1_pid")" = function ]; then "$1_pid" "$pid"; else printf '%s' "$pid"; fi
}

launch_server() {
  local name=$1 port
  use_server "$name"
  if server_pid "$name" >/dev/null; then return; fi
  if port=$(taken_port "$name"); then
    # Its address is in nobody's hands yet.
    [ ! -e "$HOME_DIR/answered" ] || die "$name wants port ${port#* } (${port% *}), but another program has it" \
      "end that program (ss -ltnp shows it) and repeat, or give up the data: ${FAILBACK_PURGE_COMMAND:-$HERE/servers.sh down --purge --dir $DIR}"
    say "port ${port#* } is taken by another program: $name gets others"
    PORT_BASE='' choose_port_base
    write_settings "$name" "$SECRET" "$FAST"
    use_server "$name"
  fi
  "${name}_start"
}

# The first port of the server that another program has, as "NAME PORT"; false when there is none.
taken_port() {
  local ports=$1_ports port variable
  for port in ${!ports}; do
    variable=PORT_${port^^}
    # The broker's epmd may have outlived it.
    if [ "$port" != epmd ] && port_open "${!variable}"; then printf '%s %s' "$port" "${!variable}"; return; fi
  done
  return 1
}

await_server() {
  local name=$1
  use_server "$name"
  NEXT_TRY=0
  wait_until 90 server_answers "$name" ||
    die "$name does not answer" "see the logs in $HOME_DIR; the last lines:" "$(tail -q -n 5 "$HOME_DIR"/*.log 2>/dev/null)"
  touch "$HOME_DIR/answered"
}

start_server() { launch_server "$1"; await_server "$1"; }

# A server that gave up at start (a killed one's children still held the data) is started again, every half second. What answers must be the
# process that was started here: another one may have the port.
server_answers() {
  local pid ports=$1_ports
  if ! server_pid "$1" >/dev/null && [ "${EPOCHREALTIME/[.,]/}" -ge "$NEXT_TRY" ]; then
    NEXT_TRY=$((${EPOCHREALTIME/[.,]/} + 500000))
    if [ -e "$HOME_DIR/answered" ]; then "$1_start"; else launch_server "$1"; fi
  fi
  pid=$(server_pid "$1") && process_listens "$pid" "$(first_port "${!ports}")" && "$1_ready"
}
first_port() { local variable=PORT_${1%% *}; variable=${variable^^}; printf '%s' "${!variable}"; }

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
# What each command understands beside --dir, --only and names.
case $COMMAND in
  up) OPTIONS=" --fast --port-base " ;;
  down) OPTIONS=" --purge " ;;
  rabbitmqctl) OPTIONS=" -- " ;;
  install | env | ps | restart | start | stop | kill) OPTIONS=" " ;;
  help | --help | -h) usage; exit ;;
  *) refuse "unknown command '$COMMAND'" ;;
esac
DIR=$PWD/.run/servers FAST_WANTED=0 PORT_BASE= PURGE=0 NAMES=() ARGUMENTS=()
while [ $# -gt 0 ]; do
  case $1 in
    --dir) [ -n "${2:-}" ] || refuse "--dir needs a folder"; DIR=$2; shift 2; continue ;;
    --only) [ -n "${2:-}" ] || refuse "--only needs names"; IFS=, read -r -a NAMES <<<"$2"; shift 2; continue ;;
  esac
  [[ $1 != -* || $OPTIONS == *" $1 "* ]] || refuse "'$COMMAND' has no option '$1'"
  case $1 in
    --port-base)
      [[ ${2:-} =~ ^[0-9]{4,5}$ && $2 -ge 1024 && $2 -le 65000 ]] || refuse "--port-base needs a number from 1024 to 65000"
      PORT_BASE=$2
      shift 2
      ;;
    --fast) FAST_WANTED=1; shift ;;
    --purge) PURGE=1; shift ;;
    --) shift; ARGUMENTS=("$@"); break ;;
    *) NAMES+=("$1"); shift ;;
  esac
done
DIR=$(realpath -m "$DIR")
for name in "${NAMES[@]}"; do
  [[ " ${KNOWN[*]} " == *" $name "* ]] || refuse "unknown server '$name'; known: ${KNOWN[*]}"
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
    if [ $PURGE = 1 ]; then rm -rf "$DIR"; release_ports "$DIR"; fi
    ;;
  rabbitmqctl) use_server rabbitmq; rabbitmq_tool "${ARGUMENTS[@]}" ;;
esac
