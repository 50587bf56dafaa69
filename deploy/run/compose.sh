# shellcheck shell=bash
# The stack as containers. Sourced by run.sh.

COMPOSE_ENV=$RUN/compose.env

PROFILES=(--profile postgres --profile mysql --profile oracle --profile demo)

compose() { docker compose --project-directory "$ROOT" --env-file "$COMPOSE_ENV" --progress quiet "$@"; }

# Passwords and the API token are made once; the data volumes remember them.
compose_settings() {
  if [ -s "$COMPOSE_ENV" ]; then return; fi
  release_ports "$RUN"
  (
    umask 077
    {
      printf '%s\n' "FAILBACK_API_TOKEN=$(random_hex 24)" "POSTGRES_PASSWORD=$(random_hex 16)" "MYSQL_PASSWORD=$(random_hex 16)" "RABBITMQ_PASSWORD=$(random_hex 16)"
      printf '%s\n' "FAILBACK_CONTROL_PORT=$(reserve_port "$RUN" 8080)" "FAILBACK_SINK_PORT=$(reserve_port "$RUN" 30004)" "FAILBACK_POSTGRES_PORT=$(reserve_port "$RUN" 5432)" "FAILBACK_MYSQL_PORT=$(reserve_port "$RUN" 3306)" "FAILBACK_COCKROACH_PORT=$(reserve_port "$RUN" 26257)" \
        "FAILBACK_RABBITMQ_PORT=$(reserve_port "$RUN" 5672)" "FAILBACK_RABBITMQ_MANAGEMENT_PORT=$(reserve_port "$RUN" 15672)"
    } >"$COMPOSE_ENV"
    . "$COMPOSE_ENV"
    printf '%s\n' "FAILBACK_SINK_HEALTH_PORT=$(reserve_port "$RUN" $((FAILBACK_SINK_PORT + 1)))" \
      "FAILBACK_PUBLIC_SINK_URL=https://localhost:$FAILBACK_SINK_PORT" >>"$COMPOSE_ENV"
  )
}

# A setting of the compose file as it was chosen once.
compose_port() { sed -n "s/^$1=//p" "$COMPOSE_ENV"; }

scales() {
  local file
  for file in "$RUN"/scale/*; do if [ -e "$file" ]; then printf '%s\n' --scale "$(basename "$file")=$(cat "$file")"; fi; done
}

stack_up() {
  local scale
  compose_settings
  mapfile -t scale < <(scales)
  if [ "${FAILBACK_WEBHOOK_AUTHENTICATION:-}" = 1 ]; then export FAILBACK_DISABLE_WEBHOOK_AUTHENTICATION=false; fi
  say "docker compose: images are built from deploy/Dockerfile, data are in the volumes failback_*, settings in $COMPOSE_ENV"
  compose --profile postgres --profile mysql up --build --detach --wait "${scale[@]}" rabbitmq postgres mariadb control sink applier-postgres applier-mysql ||
    die "the containers did not become healthy" "see: docker compose logs"
  webhook_warning
  if compose --profile demo pull --ignore-pull-failures cockroach >/dev/null 2>&1 && compose --profile demo up --detach --wait --pull never cockroach && compose --profile demo run --rm cockroach-init >/dev/null; then
    say "CockroachDB: postgresql://root@127.0.0.1:$(compose_port FAILBACK_COCKROACH_PORT)/defaultdb?sslmode=disable; for control it is postgresql://root@cockroach:26257/defaultdb?sslmode=disable"
  else
    say "NO COCKROACHDB: its image cannot be had; changefeeds are made by hand elsewhere"
  fi
}

stack_env() {
  [ -s "$COMPOSE_ENV" ] || die "the stack was never started" "start it: ./run.sh up"
  (
    . "$COMPOSE_ENV"
    printf '%s\n' "FAILBACK_CONTROL_URL=http://127.0.0.1:$FAILBACK_CONTROL_PORT" "FAILBACK_API_TOKEN=$FAILBACK_API_TOKEN" \
      "FAILBACK_SINK_URL=https://127.0.0.1:$FAILBACK_SINK_PORT" "FAILBACK_SINK_URLS=https://127.0.0.1:$FAILBACK_SINK_PORT" \
      "FAILBACK_SINK_HEALTH_URL=http://127.0.0.1:$FAILBACK_SINK_HEALTH_PORT" \
      "FAILBACK_CLI=$ROOT/deploy/run/cli.sh" \
      "FAILBACK_POSTGRES_URL=postgres://postgres:$POSTGRES_PASSWORD@127.0.0.1:$FAILBACK_POSTGRES_PORT/postgres" \
      "FAILBACK_MYSQL_URL=mysql://root:${MYSQL_PASSWORD:-failback}@127.0.0.1:${FAILBACK_MYSQL_PORT:-3306}/mysql" \
      "FAILBACK_COCKROACH_URL=postgresql://root@127.0.0.1:${FAILBACK_COCKROACH_PORT:-26257}/defaultdb?sslmode=disable" \
      "FAILBACK_DEMO_SOURCE_URL=postgresql://root@cockroach:26257/defaultdb?sslmode=disable" \
      "FAILBACK_RABBITMQ_URL=amqp://failback:$RABBITMQ_PASSWORD@127.0.0.1:$FAILBACK_RABBITMQ_PORT/" \
      "FAILBACK_RABBITMQ_MANAGEMENT_URL=http://failback:$RABBITMQ_PASSWORD@127.0.0.1:$FAILBACK_RABBITMQ_MANAGEMENT_PORT" \
      "FAILBACK_DEMO_TARGET_URL=postgres://postgres:$POSTGRES_PASSWORD@postgres:5432/postgres"
  )
}

stack_ps() {
  local containers
  mapfile -t containers < <(compose "${PROFILES[@]}" ps --quiet)
  if [ ${#containers[@]} -gt 0 ]; then
    docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Pid}}' "${containers[@]}"
  fi
}

stack_scale() {
  [[ $1 =~ ^(applier-[a-z]+)=([0-9]+)$ ]] ||
    die "cannot scale '$1'" "give an applier and a number: ./run.sh scale applier-postgres=3; more sinks need a load balancer before them"
  mkdir -p "$RUN/scale"
  echo "${BASH_REMATCH[2]}" >"$RUN/scale/${BASH_REMATCH[1]}"
  stack_up
}

stack_restart() {
  compose "${PROFILES[@]}" config --services | grep -qxF -- "$1" || refuse "there is no service '$1'; known: $(compose "${PROFILES[@]}" config --services | xargs)"
  compose "${PROFILES[@]}" restart "$1"
}
stack_logs() { compose "${PROFILES[@]}" logs --follow --tail 200 ${1:+"$1"}; }

stack_down() {
  if [ ! -s "$COMPOSE_ENV" ]; then say "nothing runs"; return; fi
  if [ "${1:-}" = --purge ]; then compose "${PROFILES[@]}" down --volumes && rm -rf "$COMPOSE_ENV" "$RUN/scale"; else compose "${PROFILES[@]}" down; fi
}

stack_demo() { compose --profile demo run --rm --build demo "$@"; }
