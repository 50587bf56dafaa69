# shellcheck shell=bash
# PostgreSQL 17 on a private port and data folder.

postgres_suite=trixie
postgres_packages="postgresql-17"
postgres_ports="sql"
postgres_bin() { printf '%s/usr/lib/postgresql/17/bin' "$(server_bundle postgres)"; }

postgres_create() {
  local bin sync=()
  bin=$(postgres_bin)
  [ "$FAST" = 1 ] && sync=(--no-sync)
  printf '%s\n' "$SECRET" >"$HOME_DIR/initial-password"
  own_by_server "$HOME_DIR"
  run_as_server "$bin/initdb" -D "$HOME_DIR/data" -U postgres --auth-host=scram-sha-256 --auth-local=scram-sha-256 \
    --pwfile="$HOME_DIR/initial-password" -E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 \
    --no-instructions "${sync[@]}" >"$HOME_DIR/create.log" 2>&1 || return 1
  rm -f "$HOME_DIR/initial-password"
}

postgres_configure() {
  cat <<CONF
listen_addresses = '127.0.0.1'
port = $PORT_SQL
unix_socket_directories = ''
max_connections = 200
shared_buffers = 128MB
jit = off
timezone = 'GMT'
log_timezone = 'GMT'
wal_level = logical
track_commit_timestamp = on
max_wal_senders = 40
max_replication_slots = 40
max_wal_size = 2GB
checkpoint_timeout = 15min
CONF
  if [ "$FAST" = 1 ]; then
    printf '%s\n' "fsync = off" "synchronous_commit = off" "full_page_writes = off" "autovacuum_naptime = 5min"
  fi
}

postgres_start() {
  postgres_configure >"$HOME_DIR/data/failback.conf"
  grep -q failback.conf "$HOME_DIR/data/postgresql.conf" || printf "include 'failback.conf'\n" >>"$HOME_DIR/data/postgresql.conf"
  start_server_detached "$HOME_DIR" "$HOME_DIR/server.log" "$(postgres_bin)/postgres" -D "$HOME_DIR/data"
}

postgres_ready() {
  PGPASSWORD=$SECRET PGCONNECT_TIMEOUT=5 "$(postgres_bin)/psql" -X -q -t -A -h 127.0.0.1 -p "$PORT_SQL" -U postgres -d postgres -c 'select 1' >/dev/null 2>&1
}
postgres_stop_signal=INT
postgres_env() {
  printf 'FAILBACK_POSTGRES_URL=postgres://postgres:%s@127.0.0.1:%s/postgres\n' "$SECRET" "$PORT_SQL"
}
