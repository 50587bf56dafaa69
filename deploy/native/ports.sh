# shellcheck shell=bash
# Ports are reserved, not only looked at: a file per port below /tmp, made under a lock, holds the owner's name. A reservation lasts as long as its
# owner: "folder PATH" until PATH is deleted, "process ID START" until that process ends. Tests/Failback.Testing keeps the same books. Sourced, never run.

# Not below TMPDIR: all stacks of a user must meet here.
ports_folder() {
  local folder
  folder=/tmp/failback-ports-$(id -u)
  mkdir -m 700 "$folder" 2>/dev/null || { [ -d "$folder" ] && [ ! -L "$folder" ] && [ -O "$folder" ]; } ||
    die "$folder is not a folder of this user" "remove it; reservations of ports are kept there"
  printf '%s' "$folder"
}

# True when the owner in file $1 is still there.
port_owner_lives() {
  local kind rest
  read -r kind rest <"$1" || return 1
  case $kind in
    folder) [ -d "$rest" ] ;;
    process) [ "$(sed 's/.*) //' "/proc/${rest% *}/stat" 2>/dev/null | cut -d' ' -f20)" = "${rest#* }" ] ;;
    *) return 1 ;;
  esac
}

# port_takeable FOLDER PORT: nothing listens on it and nobody has reserved it. Only under the lock.
port_takeable() {
  if [ -e "$1/$2" ] && port_owner_lives "$1/$2"; then return 1; fi
  ! port_open "$2"
}

# reserve_port OWNER FIRST: reserves the first free port from FIRST on for the folder OWNER, prints it.
reserve_port() (
  folder=$(ports_folder) port=$2
  exec 6>"$folder/lock"
  flock 6
  until port_takeable "$folder" "$port"; do
    port=$((port + 1))
    [ "$port" -lt 65536 ] || die "no free port from $2 on" "end what listens there: ss -ltnp"
  done
  printf 'folder %s\n' "$1" >"$folder/$port"
  printf '%s' "$port"
)

# reserve_block OWNER FIRST COUNT: reserves COUNT ports from FIRST on, all of them or none; false when one is not free.
reserve_block() (
  folder=$(ports_folder)
  exec 6>"$folder/lock"
  flock 6
  for ((port = $2; port < $2 + $3; port++)); do port_takeable "$folder" "$port" || exit 1; done
  for ((port = $2; port < $2 + $3; port++)); do printf 'folder %s\n' "$1" >"$folder/$port"; done
)

# Gives back every port of the folder $1.
release_ports() (
  folder=$(ports_folder)
  exec 6>"$folder/lock"
  flock 6
  { grep -lxF "folder $1" "$folder"/[0-9]* 2>/dev/null || true; } | xargs -r rm -f
)
