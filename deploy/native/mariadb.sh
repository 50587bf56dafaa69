# shellcheck shell=bash
# MariaDB 11.8 on a private port and data folder.

mariadb_suite=trixie
mariadb_packages="mariadb-server-core mariadb-client-core"
mariadb_ports="sql"

mariadb_configure() {
  local bundle
  bundle=$(server_bundle mariadb)
  cat <<CONF
[mysqld]
basedir=$bundle/usr
lc-messages-dir=$bundle/usr/share/mariadb
character-sets-dir=$bundle/usr/share/mariadb/charsets
plugin-dir=$bundle/usr/lib/mysql/plugin
datadir=$HOME_DIR/data
tmpdir=$HOME_DIR/tmp
socket=server.sock
pid-file=server.pid
port=$PORT_SQL
bind-address=127.0.0.1
skip-name-resolve
character-set-server=utf8mb4
innodb_buffer_pool_size=128M
max_allowed_packet=1G
CONF
  if [ "$FAST" = 1 ]; then
    printf '%s\n' innodb_flush_log_at_trx_commit=0 sync_binlog=0 innodb_flush_method=nosync innodb_doublewrite=0 innodb_log_file_size=64M
  fi
  # Settings of one test, put there before the server is created.
  if [ -r "$DIR/mariadb.cnf" ]; then cat "$DIR/mariadb.cnf"; fi
}

# A server that starts deletes temporary tables of all servers in its tmpdir, so that /tmp will not do.
mariadb_own_tmp() {
  mkdir -p "$HOME_DIR/tmp"
  own_by_server "$HOME_DIR/tmp"
}

mariadb_create() {
  mariadb_own_tmp
  local bundle
  bundle=$(server_bundle mariadb)
  mariadb_configure >"$HOME_DIR/my.cnf"
  cat >"$HOME_DIR/accounts.sql" <<SQL
FLUSH PRIVILEGES;
CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '$SECRET';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
ALTER USER root@localhost IDENTIFIED BY '$SECRET';
DROP USER IF EXISTS root@'::1';
SQL
  own_by_server "$HOME_DIR"
  # The installer writes into the current folder.
  (
    cd "$HOME_DIR" || exit 1
    run_as_server "$bundle/usr/bin/mariadb-install-db" --defaults-file="$HOME_DIR/my.cnf" --basedir="$bundle/usr" \
      --auth-root-authentication-method=normal --skip-test-db --extra-file="$HOME_DIR/accounts.sql"
  ) >"$HOME_DIR/create.log" 2>&1 || return 1
  rm -f "$HOME_DIR/accounts.sql"
}

mariadb_start() {
  mariadb_own_tmp
  mariadb_configure >"$HOME_DIR/my.cnf"
  start_server_detached "$HOME_DIR" "$HOME_DIR/server.log" "$(server_bundle mariadb)/usr/sbin/mariadbd" --defaults-file="$HOME_DIR/my.cnf"
}

mariadb_ready() {
  (umask 077; printf '[client]\nprotocol=tcp\nhost=127.0.0.1\nport=%s\nuser=root\npassword=%s\n' "$PORT_SQL" "$SECRET" >"$HOME_DIR/client.cnf")
  "$(server_bundle mariadb)/usr/bin/mariadb" --defaults-file="$HOME_DIR/client.cnf" -e "DO 1" >/dev/null 2>&1
}
mariadb_stop_signal=TERM
mariadb_env() { printf 'FAILBACK_MARIADB_URL=mysql://root:%s@127.0.0.1:%s/\n' "$SECRET" "$PORT_SQL"; }
