# shellcheck shell=bash
# MySQL 9 on a private port and data folder. Debian has it only in its moving suite: it can be absent for a while, and then
# callers decide whether they go on without it, saying so.

mysql_suite=sid
mysql_packages="mysql-server-core mysql-client-core"
mysql_ports="sql"

mysql_configure() {
  local bundle
  bundle=$(server_bundle mysql)
  cat <<CONF
[mysqld]
basedir=$bundle/usr
lc-messages-dir=$bundle/usr/share/mysql
character-sets-dir=$bundle/usr/share/mysql/charsets
plugin-dir=$bundle/usr/lib/mysql/plugin
datadir=$HOME_DIR/data
tmpdir=$HOME_DIR/tmp
socket=server.sock
pid-file=server.pid
port=$PORT_SQL
bind-address=127.0.0.1
mysqlx=OFF
skip-name-resolve
secure-file-priv=NULL
character-set-server=utf8mb4
innodb_buffer_pool_size=128M
max_allowed_packet=1G
performance_schema=OFF
CONF
  if [ "$FAST" = 1 ]; then
    printf '%s\n' innodb_flush_log_at_trx_commit=0 sync_binlog=0 innodb_flush_method=nosync innodb_doublewrite=0 \
      innodb_redo_log_capacity=64M skip-log-bin
  fi
  # Settings of one test, put there before the server is created.
  if [ -r "$DIR/mysql.cnf" ]; then cat "$DIR/mysql.cnf"; fi
}

# As MariaDB: a server that starts tidies its tmpdir, and two must not share one.
mysql_own_tmp() {
  mkdir -p "$HOME_DIR/tmp"
  own_by_server "$HOME_DIR/tmp"
}

mysql_create() {
  mysql_own_tmp
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
  mysql_own_tmp
  mysql_configure >"$HOME_DIR/my.cnf"
  start_server_detached "$HOME_DIR" "$HOME_DIR/server.log" "$(server_bundle mysql)/usr/sbin/mysqld" --defaults-file="$HOME_DIR/my.cnf"
}

# Not by ping: that is content with a server which refuses the password.
mysql_ready() {
  (umask 077; printf '[client]\nprotocol=tcp\nhost=127.0.0.1\nport=%s\nuser=root\npassword=%s\n' "$PORT_SQL" "$SECRET" >"$HOME_DIR/client.cnf")
  "$(server_bundle mysql)/usr/bin/mysql" --defaults-file="$HOME_DIR/client.cnf" -e "DO 1" >/dev/null 2>&1
}
mysql_stop_signal=TERM
mysql_env() { printf 'FAILBACK_MYSQL_URL=mysql://root:%s@127.0.0.1:%s/\n' "$SECRET" "$PORT_SQL"; }
