# shellcheck shell=bash
# RabbitMQ 4 with the management and Prometheus plugins on private ports, loopback only, with a private epmd.

rabbitmq_suite=trixie
rabbitmq_packages="rabbitmq-server"
rabbitmq_ports="amqp management prometheus distribution epmd"

rabbitmq_create() {
  mkdir -p "$HOME_DIR"/{mnesia,log,home}
  random_hex 24 >"$HOME_DIR/home/.erlang.cookie"
  chmod 400 "$HOME_DIR/home/.erlang.cookie"
  own_by_server "$HOME_DIR"
}

rabbitmq_configure() {
  cat >"$HOME_DIR/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$PORT_AMQP
management.tcp.ip = 127.0.0.1
management.tcp.port = $PORT_MANAGEMENT
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = $PORT_PROMETHEUS
default_user = failback
default_pass = $SECRET
log.console = false
log.file = server.log
log.file.level = info
CONF
  cat "$HERE/../rabbitmq/failback.conf" >>"$HOME_DIR/rabbitmq.conf"
  printf '[rabbitmq_management,rabbitmq_prometheus].\n' >"$HOME_DIR/enabled_plugins"
  if [ "$FAST" = 1 ]; then printf '[{ra, [{wal_sync_method, none}]}].\n'; else printf '[].\n'; fi >"$HOME_DIR/advanced.config"
  chmod 600 "$HOME_DIR/rabbitmq.conf"
  own_by_server "$HOME_DIR/rabbitmq.conf" "$HOME_DIR/enabled_plugins" "$HOME_DIR/advanced.config"
}

# The node's whole environment: nothing of the calling shell may leak into it.
rabbitmq_environment() {
  local erlang
  erlang=$(server_bundle rabbitmq)/usr/lib/erlang
  printf '%s\n' "PATH=$erlang/bin:/usr/sbin:/usr/bin:/sbin:/bin" "HOME=$HOME_DIR/home" LANG=C.UTF-8 \
    RABBITMQ_CONF_ENV_FILE=/dev/null "RABBITMQ_NODENAME=failback$PORT_AMQP@localhost" \
    "RABBITMQ_MNESIA_BASE=$HOME_DIR/mnesia" "RABBITMQ_LOG_BASE=$HOME_DIR/log" "RABBITMQ_PID_FILE=$HOME_DIR/pid" \
    "RABBITMQ_ENABLED_PLUGINS_FILE=$HOME_DIR/enabled_plugins" "RABBITMQ_CONFIG_FILE=$HOME_DIR/rabbitmq.conf" \
    "RABBITMQ_ADVANCED_CONFIG_FILE=$HOME_DIR/advanced.config" \
    "RABBITMQ_NODE_PORT=$PORT_AMQP" "RABBITMQ_DIST_PORT=$PORT_DISTRIBUTION" \
    "ERL_EPMD_PORT=$PORT_EPMD" ERL_EPMD_ADDRESS=127.0.0.1 \
    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
}

rabbitmq_start() {
  local bundle environment AS_SERVER=("${AS_SERVER[@]}")
  # Erlang asks the system what the user alone may do, not what a capability adds: where that would be needed it runs as root.
  if [[ ${AS_SERVER[*]} == *dac_override* ]]; then AS_SERVER=(env); fi
  bundle=$(server_bundle rabbitmq)
  rabbitmq_configure
  mapfile -t environment < <(rabbitmq_environment)
  mkdir -p "$HOME_DIR/epmd"
  own_by_server "$HOME_DIR/epmd"
  noted_process "$HOME_DIR/epmd" >/dev/null ||
    start_server_detached "$HOME_DIR/epmd" "$HOME_DIR/epmd/epmd.log" env -i "${environment[@]}" \
      "$(echo "$bundle"/usr/lib/erlang/erts-*/bin/epmd)" -address 127.0.0.1 -port "$PORT_EPMD"
  wait_until 10 epmd_listens || die "epmd does not listen on port $PORT_EPMD" "see $HOME_DIR/epmd/epmd.log"
  start_server_detached "$HOME_DIR" "$HOME_DIR/out.log" env -i "${environment[@]}" "$bundle/usr/lib/rabbitmq/bin/rabbitmq-server"
}

epmd_listens() { local process; process=$(noted_process "$HOME_DIR/epmd") && process_listens "$process" "$PORT_EPMD"; }

rabbitmq_tool() {
  local environment AS_SERVER=("${AS_SERVER[@]}")
  if [[ ${AS_SERVER[*]} == *dac_override* ]]; then AS_SERVER=(env); fi
  mapfile -t environment < <(rabbitmq_environment)
  run_as_server env -i "${environment[@]}" "$(server_bundle rabbitmq)/usr/lib/rabbitmq/bin/rabbitmqctl" "$@"
}

# The noted process is the launcher script; the broker is the virtual machine below it.
rabbitmq_pid() {
  local process
  for process in $(process_tree "$1"); do
    if [ "$(cat "/proc/$process/comm" 2>/dev/null)" = beam.smp ]; then printf '%s' "$process"; return; fi
  done
  printf '%s' "$1"
}

# Ready when the broker answers the protocol header, not when the port is bound.
rabbitmq_ready() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$PORT_AMQP" || exit 1
    printf 'AMQP\0\0\011\001' >&3
    IFS= read -r -t 5 -N 1 first <&3 && [ "$first" = $'\001' ]
  ) 2>/dev/null && process_listens "$(server_pid rabbitmq)" "$PORT_MANAGEMENT"
}

rabbitmq_stop_signal=TERM

# epmd outlives its node.
rabbitmq_after_stop() {
  local process
  process=$(noted_process "$HOME_DIR/epmd") || return 0
  kill "$process" && wait_until 10 process_gone "$process"
}

# Erlang's launcher scripts carry the absolute folder they were packaged for.
rabbitmq_relocate() {
  local file
  for file in "$1"/usr/lib/erlang/bin/* "$1"/usr/lib/erlang/erts-*/bin/*; do
    if [ -f "$file" ] && grep -qIF /usr/lib/erlang "$file"; then
      sed -i "s#\([=\" ]\)/usr/lib/erlang#\1$1/usr/lib/erlang#g" "$file"
    fi
  done
}

rabbitmq_env() {
  printf 'FAILBACK_RABBITMQ_URL=amqp://failback:%s@127.0.0.1:%s/\n' "$SECRET" "$PORT_AMQP"
  printf 'FAILBACK_RABBITMQ_METRICS_URL=http://127.0.0.1:%s/metrics\n' "$PORT_PROMETHEUS"
  printf 'FAILBACK_RABBITMQ_MANAGEMENT_URL=http://failback:%s@127.0.0.1:%s\n' "$SECRET" "$PORT_MANAGEMENT"
}
