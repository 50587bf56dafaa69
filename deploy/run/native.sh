# shellcheck shell=bash
# The stack as plain processes of this machine: servers from deploy/native, services as deploy/publish.sh publishes them. Sourced by run.sh.

servers() { FAILBACK_PURGE_COMMAND='./run.sh down --purge' "$ROOT/deploy/native/servers.sh" "$@" --dir "$RUN/servers"; }

# The programs of the stack, published once for all stacks and tests of this checkout; $RUN/published names the folder.
publish() {
  local name names=(cli demo)
  for name in "${SERVICES[@]}"; do if [ -n "$(program_folder "$name")" ]; then names+=("$name"); fi; done
  APP=$("$ROOT/deploy/publish.sh" "${names[@]}" 7>&-) || die "the services were not published" "see above"
  printf '%s\n' "$APP" >"$RUN/published"
}

# use_replica NAME NUMBER: FOLDER, HTTP, HEALTH and INSTANCE of one replica; the ports are chosen once.
use_replica() {
  FOLDER=$RUN/services/$1-$2 HTTP='' HEALTH=''
  if [ ! -s "$FOLDER/ports" ]; then
    mkdir -p "$FOLDER"
    choose_ports "$1" "$2"
  fi
  [ -s "$FOLDER/instance" ] || printf '%s-%s-%s' "$1" "$2" "$(random_hex 8)" >"$FOLDER/instance"
  INSTANCE=$(cat "$FOLDER/instance")
  . "$FOLDER/ports"
}

choose_ports() {
  local wish port
  release_ports "$FOLDER"
  : >"$FOLDER/ports"
  for wish in $(service_ports "$1"); do
    port=$(reserve_port "$FOLDER" "${wish#*=}")
    [ "$port" = "${wish#*=}" ] || [ "$2" -gt 1 ] || say "port ${wish#*=} is taken: $1 uses $port"
    printf '%s=%s\n' "${wish%%=*}" "$port" >>"$FOLDER/ports"
  done
}

# A replica that is about to start must find its ports free. Others are chosen as long as none of its addresses has been given to anybody.
check_ports() {
  local port
  use_replica "$1" "$2"
  if noted_process "$FOLDER" >/dev/null; then return; fi
  for port in ${HTTP:+"$HTTP"} ${HEALTH:+"$HEALTH"}; do
    if port_open "$port"; then
      [ ! -e "$FOLDER/answered" ] || die "$1 wants port $port, but another program has it" \
        "end that program (ss -ltnp shows it), then repeat: ./run.sh up" "or give up the data, with them the ports: ./run.sh down --purge"
      say "port $port is taken by another program: $1 gets others"
      choose_ports "$1" "$2"
      use_replica "$1" "$2"
      return
    fi
  done
}

replicas() { if service_scales "$1"; then cat "$RUN/scale/$1" 2>/dev/null || echo 1; else echo 1; fi; }

# Numbers of the replicas of $1 that have a folder.
replica_numbers() {
  local folder
  for folder in "$RUN/services/$1"-[0-9]*; do if [ -d "$folder" ]; then printf '%s\n' "${folder##*-}"; fi; done | sort -n
}

start_replica() {
  local name=$1 number=$2 version settings command
  use_replica "$name" "$number"
  mkdir -p "$RUN/state/$name-$number"
  chmod 700 "$RUN/state/$name-$number"
  mapfile -t settings < <(service_settings "$name" "$number")
  settings+=("Failback__Instance=$INSTANCE")
  version=$({ printf '%s\n' "$APP" "${settings[@]}"; cat "$RUN"/secrets/*; } | sha256sum | cut -c1-16)
  if noted_process "$FOLDER" >/dev/null; then
    if [ "$(cat "$FOLDER/version" 2>/dev/null)" = "$version" ]; then return; fi
    stop_replica "$name" "$number"
  fi
  printf '%s\n' "$version" >"$FOLDER/version"
  mapfile -t command < <(service_command "$name" "$number")
  if [ ${#command[@]} -gt 0 ]; then
    start_detached "$FOLDER" "$RUN/log/$name-$number.log" "${command[@]}"
    return
  fi
  start_detached "$FOLDER" "$RUN/log/$name-$number.log" env --chdir="$APP/$(program_folder "$name")" "${settings[@]}" dotnet "$(program_assembly "$name").dll"
}

await_replica() {
  local name=$1 number=$2
  use_replica "$name" "$number"
  wait_until 60 replica_answers || die "$name does not become ready" "its last words ($RUN/log/$name-$number.log):" \
    "$(tail -n 5 "$RUN/log/$name-$number.log" 2>/dev/null)"
  touch "$FOLDER/answered"
}
# Another process may have the port: what counts is the answer of the one that was started.
replica_answers() {
  local process identity=()
  process=$(noted_process "$FOLDER") || die "$name ended at start" "its last words ($RUN/log/$name-$number.log):" "$(tail -n 8 "$RUN/log/$name-$number.log")"
  if [ "$name" != cockroach ]; then identity=("\"process\":$process," "\"instance\":\"$INSTANCE\""); fi
  http_says "$(service_health_port)" "$(service_health_path "$name")" "${identity[@]}" && process_listens "$process" "$(service_health_port)" && return
  sleep 0.2
  return 1
}

stop_replica() {
  local process
  process=$(noted_process "$RUN/services/$1-$2") || return 0
  kill -TERM "$process"
  wait_until 35 process_gone "$process" || { say "$1 did not stop in 35 s: killed"; kill -KILL "$process"; }
}

# Brings the number of replicas of every service to what is wanted.
settle() {
  local name number
  APP=${APP:-$(published)}
  for name in "${SERVICES[@]}"; do
    for number in $(replica_numbers "$name"); do
      if [ "$number" -gt "$(replicas "$name")" ]; then stop_replica "$name" "$number"; rm -rf "$RUN/services/$name-$number"; fi
    done
    for ((number = 1; number <= $(replicas "$name"); number++)); do check_ports "$name" "$number"; done
  done
  for name in "${SERVICES[@]}"; do for ((number = 1; number <= $(replicas "$name"); number++)); do start_replica "$name" "$number"; done; done
  for name in "${SERVICES[@]}"; do for ((number = 1; number <= $(replicas "$name"); number++)); do await_replica "$name" "$number"; done; done
}

published() {
  local app
  app=$(cat "$RUN/published" 2>/dev/null) || app=
  [ -n "$app" ] && [ -d "$app" ] || die "the services are not published" "start the stack first: ./run.sh up"
  printf '%s' "$app"
}

stack_up() {
  local servers_job
  (umask 077; : >"$RUN/servers.env")
  say "native stack: servers below $(native_prefix), data, logs and secrets below $RUN"
  servers up --only "$(IFS=,; echo "${SERVERS[*]}")" >"$RUN/servers.env" 7>&- &
  servers_job=$!
  publish
  wait "$servers_job" || die "the servers did not start" "see above, and the logs below $RUN/servers"
  kept_secret "$RUN/secrets/Failback__SecretsKey" base64_key >/dev/null
  kept_secret "$RUN/secrets/Failback__Control__ApiToken" random_hex 24 >/dev/null
  (umask 077; sed -n 's/^FAILBACK_RABBITMQ_URL=//p' "$RUN/servers.env" | tr -d '\n' >"$RUN/secrets/Failback__RabbitMq__Uri")
  (umask 077; sed -n 's/^FAILBACK_POSTGRES_URL=//p' "$RUN/servers.env" | tr -d '\n' >"$RUN/stand-in.url")
  # Control has the broker's user from the broker's URL.
  sed -nE 's,^FAILBACK_RABBITMQ_MANAGEMENT_URL=http://[^@]*@,http://,p' "$RUN/servers.env" | tr -d '\n' >"$RUN/management.url"
  rm -f "$RUN/servers.env"
  say_cockroach
  stop_replica "$NO_COCKROACH" 1
  rm -rf "$RUN/services/$NO_COCKROACH-1"
  settle
  if [ "$COCKROACH" = cockroach ]; then
    use_replica cockroach 1
    "$(cockroach_program)" sql --insecure "--host=127.0.0.1:$HTTP" --execute 'SET CLUSTER SETTING kv.rangefeed.enabled = true' >/dev/null ||
      die "CockroachDB does not take rangefeeds on" "see $RUN/log/cockroach-1.log"
  fi
  webhook_warning
}
say_cockroach() {
  if [ "$COCKROACH" = cockroach ]; then
    say "CockroachDB: $(cockroach_program)"
  else
    say "NO COCKROACHDB: neither FAILBACK_COCKROACH nor cockroach on PATH; a stand-in on PostgreSQL plays it (docs/design/stand-in.md says what it cannot)"
  fi
}
base64_key() { head -c 32 /dev/urandom | base64 -w 0; }

stack_env() {
  local number urls=()
  [ -s "$RUN/services/control-1/ports" ] || die "the stack was never started in $RUN" "start it: ./run.sh up"
  for number in $(replica_numbers sink); do urls+=("$(sink_url "$number")"); done
  use_replica control 1
  printf 'FAILBACK_CONTROL_URL=http://127.0.0.1:%s\n' "$HTTP"
  printf 'FAILBACK_API_TOKEN=%s\n' "$(cat "$RUN/secrets/Failback__Control__ApiToken")"
  printf 'FAILBACK_SINK_URL=%s\nFAILBACK_SINK_URLS=%s\n' "${urls[0]}" "$(IFS=,; echo "${urls[*]}")"
  use_replica sink 1
  printf 'FAILBACK_SINK_HEALTH_URL=http://127.0.0.1:%s\n' "$HEALTH"
  printf 'FAILBACK_CLI=%s\n' "$(published)/$(program_folder cli)/$(program_assembly cli)"
  use_replica "$COCKROACH" 1
  if [ "$COCKROACH" = cockroach ]; then
    printf 'FAILBACK_COCKROACH_URL=postgresql://root@127.0.0.1:%s/defaultdb?sslmode=disable\n' "$HTTP"
  else
    # The stand-in has the users and databases of the PostgreSQL behind it.
    printf 'FAILBACK_COCKROACH_URL=%s\n' "$(sed -E "s,^postgres(ql)?:,postgresql:,; s,@[^/]*/,@127.0.0.1:$HTTP/," "$RUN/stand-in.url")"
  fi
  # MariaDB's superuser, with a database that is always there, as the other URL has one.
  servers env | grep -v '_PID=' | sed -E 's,^FAILBACK_MARIADB_URL=(.*)/$,FAILBACK_MARIADB_URL=\1/mysql\nFAILBACK_MYSQL_URL=\1/mysql,'
}

stack_ps() {
  local name number process
  for name in "${SERVICES[@]}"; do
    for number in $(replica_numbers "$name"); do
      if process=$(noted_process "$RUN/services/$name-$number"); then echo "$name $process"; fi
    done
  done
  servers ps
}

stack_scale() {
  local wish=$1 name count
  name=${wish%%=*} count=${wish#*=}
  [[ " ${SERVICES[*]} " == *" $name "* ]] && service_scales "$name" && [[ $count =~ ^[0-9]+$ ]] ||
    refuse "cannot scale '$wish': give a service that may have replicas and a number: ./run.sh scale applier-postgres=3"
  mkdir -p "$RUN/scale"
  echo "$count" >"$RUN/scale/$name"
  settle
}

stack_restart() {
  local name=$1 number
  if [[ " ${SERVERS[*]} " == *" $name "* ]]; then servers restart "$name"; return; fi
  [[ " ${SERVICES[*]} " == *" $name "* ]] || refuse "there is no service '$name'; known: ${SERVICES[*]} ${SERVERS[*]}"
  for number in $(replica_numbers "$name"); do stop_replica "$name" "$number"; done
  settle
}

stack_logs() {
  compgen -G "$RUN/log/${1:-}*.log" >/dev/null || refuse "there is no log '${1:-}'; known: $(cd "$RUN/log" 2>/dev/null && ls | sed 's/[.]log$//' | xargs)"
  tail -n 200 -F "$RUN/log/${1:-}"*.log
}

stack_down() {
  local name number jobs=()
  for name in "${SERVICES[@]}"; do
    for number in $(replica_numbers "$name"); do stop_replica "$name" "$number" & jobs+=($!); done
  done
  if [ ${#jobs[@]} -gt 0 ]; then wait "${jobs[@]}"; fi
  servers down
  if [ "${1:-}" = --purge ]; then rm -rf "${RUN:?}"/{servers,services,state,secrets,scale,log,stand-in.url,management.url,tls,published}; fi
}

stack_demo() {
  local settings
  mapfile -t settings < <(stack_env)
  APP=${APP:-$(published)}
  env "${settings[@]}" dotnet "$APP/$(program_folder demo)/$(program_assembly demo).dll" "$@"
}
