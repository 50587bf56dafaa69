# shellcheck shell=bash
# Common words of the native server scripts: messages, processes, ports, secrets. Sourced, never run.

say() { printf '%s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

# refuse REASON: wrong usage of a script; its usage function says what is right.
refuse() {
  printf 'error: %s\n\n' "$1" >&2
  usage >&2
  exit 2
}

# Where the unpacked server programs live. Data never goes there.
native_prefix() {
  if [ -n "${FAILBACK_PREFIX:-}" ]; then printf '%s' "$FAILBACK_PREFIX"
  elif [ "$(id -u)" = 0 ]; then printf '/opt/failback'
  else printf '%s' "${XDG_CACHE_HOME:-$HOME/.cache}/failback"; fi
}

random_hex() { od -An -N"${1:-16}" -tx1 /dev/urandom | tr -d ' \n'; }

# A value kept in file $1 for later runs, readable by its owner only; made with the rest of the command when absent.
kept_secret() {
  local file=$1
  shift
  if [ ! -s "$file" ]; then (umask 077; mkdir -p "$(dirname "$file")"; "$@" >"$file"); fi
  cat "$file"
}

# True when something accepts connections on 127.0.0.1:$1.
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# http_says PORT PATH PIECE...: true when a plain HTTP GET on this machine is answered 200 and every PIECE is somewhere in the answer. Needs no curl.
http_says() {
  local answer piece
  answer=$(
    exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    timeout 5 cat <&3
  )
  [[ $answer == HTTP/1.?\ 200* ]] || return 1
  shift 2
  for piece; do [[ $answer == *"$piece"* ]] || return 1; done
}

# process_listens PROCESS PORT: true when that very process listens there. Asked as the user of the servers too, as the descriptors of
# another user's process may be hidden even from root in a container.
process_listens() {
  local inode
  for inode in $(awk -v port="$(printf ':%04X' "$2")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null); do
    if owns_socket "$1" "$inode" || owns_socket "$1" "$inode" "${AS_SERVER[@]}"; then return; fi
  done
  return 1
}
owns_socket() { [ -n "$("${@:3}" find "/proc/$1/fd" -maxdepth 1 -lname "socket:?$2?" -print -quit 2>/dev/null)" ]; }
AS_SERVER=(env)

process_gone() { [ ! -d "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }

# Process ids of $1 and everything below it, parents first.
process_tree() {
  local child
  printf '%s\n' "$1"
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do process_tree "$child"; done
}

# wait_until SECONDS COMMAND...: asks every 50 ms; false when the time is over.
wait_until() {
  local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
  shift
  until "$@"; do
    [ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
    sleep 0.05
  done
}

# Servers refuse to run as root, so root starts them as `nobody`. When that user cannot reach a server's folder (a clone below
# /root, say) it keeps the one capability that lets it pass. Decided once for a folder $1, before anything is started in it.
choose_server_user() {
  AS_SERVER=(env)
  if [ "$(id -u)" != 0 ]; then return; fi
  local nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  AS_SERVER=("${nobody[@]}" --)
  if can_write "$1"; then return; fi
  AS_SERVER=("${nobody[@]}" --inh-caps=+dac_override --ambient-caps=+dac_override --)
  can_write "$1" || die "the servers run as user nobody, who cannot use $1" \
    "choose a folder that every user may pass through: --dir /var/lib/failback"
}
can_write() { "${AS_SERVER[@]}" sh -c ': >"$1/.probe" && rm "$1/.probe"' probe "$1" 2>/dev/null; }

run_as_server() { "${AS_SERVER[@]}" "$@"; }

own_by_server() { if [ "$(id -u)" = 0 ]; then chown -R nobody:nogroup "$@"; fi; }

# start_detached FOLDER LOG COMMAND...: COMMAND outlives this shell and holds none of its files. FOLDER/process receives its
# process id and start time, which together name one process for ever.
start_detached() {
  local folder=$1 log=$2
  shift 2
  rm -f "$folder/process"
  (
    cd "$folder" || exit 1
    exec </dev/null >>"$log" 2>&1
    for descriptor in /proc/"$BASHPID"/fd/*; do
      descriptor=${descriptor##*/}
      if [ "$descriptor" -gt 2 ]; then eval "exec $descriptor>&-"; fi
    done
    "${RUNNER[@]}" setsid --fork bash -c 'printf "%s %s\n" $$ "$(cut -d" " -f22 /proc/$$/stat)" >process; exec "$@"' start "$@"
  )
  wait_until 10 test -s "$folder/process"
}
RUNNER=(env)

start_server_detached() {
  local RUNNER=("${AS_SERVER[@]}")
  start_detached "$@"
}

# Prints the process id noted in folder $1 when that very process still runs.
noted_process() {
  local id started
  read -r id started 2>/dev/null <"$1/process" || return 1
  [ "$(cut -d' ' -f22 "/proc/$id/stat" 2>/dev/null)" = "$started" ] && ! process_gone "$id" && printf '%s' "$id"
}

# Starts every server that tests and benchmarks use, with data in folder $1 and options "${@:2}" of servers.sh, and exports the
# addresses as FAILBACK_TEST_…
test_servers_up() {
  local script folder=$1 names=postgres,rabbitmq,mariadb line
  shift
  script=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/servers.sh
  # MySQL comes from a moving Debian suite and may be absent for a while: said, and its tests say why they do not run.
  if ("$script" install --only mysql); then names+=,mysql; else say "MySQL SKIPPED: its packages are not to be had today"; fi
  # Its stand-in needs a JDK; the reason is said above the line.
  if ("$script" install --only oracle); then names+=,oracle; else say "Oracle SKIPPED: its stand-in could not be installed"; fi
  "$script" up "$@" --dir "$folder" --only "$names" >"$folder.env"
  while IFS= read -r line; do
    case $line in *_PID=*) ;; FAILBACK_*) export "FAILBACK_TEST_${line#FAILBACK_}" ;; esac
  done <"$folder.env"
  export FAILBACK_TEST_SERVERS=$script FAILBACK_TEST_SERVERS_DIR=$folder
}

# use_published [NAME...]: FAILBACK_TEST_APP is the folder with the published programs; it stays until this shell ends.
use_published() {
  FAILBACK_TEST_APP=$("$(dirname "${BASH_SOURCE[0]}")/../publish.sh" "$@") || die "the programs were not published" "see above"
  export FAILBACK_TEST_APP
  exec 6>"$FAILBACK_TEST_APP/.lease"
  flock -s 6
}
