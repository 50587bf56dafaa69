# shellcheck shell=bash
# MariaDB 11.8 on a private port and data folder.

mariadb_suite=trixie
mariadb_packages="mariadb-server-core mariadb-client-core"
mariadb_ports="sql"

mariadb_configure() {
  mysql_family_conf mariadb mariadb
  if [ "$FAST" = 1 ]; then echo innodb_log_file_size=64M; fi
  # Settings of one test, put there before the server is created.
  if [ -r "$DIR/mariadb.cnf" ]; then cat "$DIR/mariadb.cnf"; fi
}

mariadb_create() {
  mysql_family_tmp
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
  mysql_family_tmp
  mariadb_configure >"$HOME_DIR/my.cnf"
  start_server_detached "$HOME_DIR" "$HOME_DIR/server.log" "$(server_bundle mariadb)/usr/sbin/mariadbd" --defaults-file="$HOME_DIR/my.cnf"
}

mariadb_ready() { mysql_family_ready mariadb; }
mariadb_stop_signal=TERM
mariadb_env() { printf 'FAILBACK_MARIADB_URL=mysql://root:%s@127.0.0.1:%s/\n' "$SECRET" "$PORT_SQL"; }
