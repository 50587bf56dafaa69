# shellcheck shell=bash
# MySQL 9 on a private port and data folder. Debian has it only in its moving suite: it can be absent for a while, and then
# callers decide whether they go on without it, saying so.

mysql_suite=sid
mysql_packages="mysql-server-core mysql-client-core"
mysql_ports="sql"

mysql_configure() {
  mysql_family_conf mysql mysql
  printf '%s\n' mysqlx=OFF secure-file-priv=NULL performance_schema=OFF
  if [ "$FAST" = 1 ]; then printf '%s\n' innodb_redo_log_capacity=64M skip-log-bin; fi
  # Settings of one test, put there before the server is created.
  if [ -r "$DIR/mysql.cnf" ]; then cat "$DIR/mysql.cnf"; fi
}

mysql_create() {
  mysql_family_tmp
  mysql_configure >"$HOME_DIR/my.cnf"
  cat >"$HOME_DIR/accounts.sql" <<SQL
ALTER USER root@localhost IDENTIFIED BY '$SECRET';
CREATE USER root@'127.0.0.1' IDENTIFIED BY '$SECRET';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
SQL
  own_by_server "$HOME_DIR"
  run_as_server "$(server_bundle mysql)/usr/sbin/mysqld" --defaults-file="$HOME_DIR/my.cnf" --initialize-insecure \
    --init-file="$HOME_DIR/accounts.sql" >"$HOME_DIR/create.log" 2>&1 || return 1
  rm -f "$HOME_DIR/accounts.sql"
}

mysql_start() {
  mysql_family_tmp
  mysql_configure >"$HOME_DIR/my.cnf"
  start_server_detached "$HOME_DIR" "$HOME_DIR/server.log" "$(server_bundle mysql)/usr/sbin/mysqld" --defaults-file="$HOME_DIR/my.cnf"
}

mysql_ready() { mysql_family_ready mysql; }
mysql_stop_signal=TERM
mysql_env() { printf 'FAILBACK_MYSQL_URL=mysql://root:%s@127.0.0.1:%s/\n' "$SECRET" "$PORT_SQL"; }
