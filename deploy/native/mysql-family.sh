# shellcheck shell=bash
# What MySQL and MariaDB have in common.

# The part of my.cnf that is the same for both; SHARE is the folder of messages and character sets below usr/share, MODULE the name of the server here.
mysql_family_conf() {
  local module=$1 share=$2 bundle
  bundle=$(server_bundle "$module")
  cat <<CONF
[mysqld]
basedir=$bundle/usr
lc-messages-dir=$bundle/usr/share/$share
character-sets-dir=$bundle/usr/share/$share/charsets
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
  if [ "$FAST" = 1 ]; then printf '%s\n' innodb_flush_log_at_trx_commit=0 sync_binlog=0 innodb_flush_method=nosync innodb_doublewrite=0; fi
}

# A server that starts deletes temporary tables of all servers in its tmpdir, so that /tmp will not do.
mysql_family_tmp() {
  mkdir -p "$HOME_DIR/tmp"
  own_by_server "$HOME_DIR/tmp"
}

# Not by ping: that is content with a server which refuses the password. TOOL is the client program of the server.
mysql_family_ready() {
  (umask 077; printf '[client]\nprotocol=tcp\nhost=127.0.0.1\nport=%s\nuser=root\npassword=%s\n' "$PORT_SQL" "$SECRET" >"$HOME_DIR/client.cnf")
  "$(server_bundle "$1")/usr/bin/$1" --defaults-file="$HOME_DIR/client.cnf" -e "DO 1" >/dev/null 2>&1
}
