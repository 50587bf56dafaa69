# shellcheck shell=bash
# The services of the stack and their settings, for the native way. What each program is: deploy/programs.tsv.

# A real CockroachDB where there is one, otherwise the stand-in: FAILBACK_COCKROACH names the program, or it is found on PATH.
cockroach_program() {
  if [ -n "${FAILBACK_COCKROACH:-}" ]; then
    [ -x "$FAILBACK_COCKROACH" ] || die "FAILBACK_COCKROACH is not a program: $FAILBACK_COCKROACH" "name the cockroach binary, or leave it out for the stand-in"
    printf '%s' "$FAILBACK_COCKROACH"
  else
    command -v cockroach
  fi
}

if cockroach_program >/dev/null; then COCKROACH=cockroach NO_COCKROACH=cockroach-stand-in; else COCKROACH=cockroach-stand-in NO_COCKROACH=cockroach; fi
SERVICES=(control sink applier-postgres applier-mysql "$COCKROACH")
SERVERS=(postgres rabbitmq mariadb)

# Folder and assembly of a published program; nothing: it is none of ours.
program_folder() { awk -F'\t' -v name="$1" '$1 == name { sub(".*/", "", $2); print $2 }' "$ROOT/deploy/programs.tsv"; }
program_assembly() { awk -F'\t' -v name="$1" '$1 == name { print $3 }' "$ROOT/deploy/programs.tsv"; }

# Ports a service wants, as NAME=first choice; the next free one is taken when another program has it.
service_ports() {
  case $1 in
    control) echo HTTP=8080 ;;
    sink) echo HTTP=30004 HEALTH=30005 ;;
    applier-*) echo HEALTH=8081 ;;
    cockroach*) echo HTTP=26257 HEALTH=26258 ;;
  esac
}

# The health endpoints of one replica; its ports are in HTTP and HEALTH.
service_health_port() { printf '%s' "${HEALTH:-$HTTP}"; }

service_health_path() { if [ "$1" = cockroach ]; then printf '/health?ready=1'; else printf '/readyz'; fi; }

# What runs instead of a project of ours; nothing: it is one.
service_command() {
  if [ "$1" = cockroach ]; then
    printf '%s\n' "$(cockroach_program)" start-single-node --insecure "--listen-addr=127.0.0.1:$HTTP" "--http-addr=127.0.0.1:$HEALTH" "--store=$RUN/state/$1-$2/store"
  fi
}

# Environment of one replica: service_settings NAME NUMBER. Secrets are not here but in files of $RUN/secrets.
service_settings() {
  local state=$RUN/state/$1-$2
  printf '%s\n' "Failback__SecretsFolder=$RUN/secrets" "Failback__StateFolder=$state" DOTNET_CLI_TELEMETRY_OPTOUT=1
  case $1 in
    control)
      printf '%s\n' "Failback__Control__Url=http://127.0.0.1:$HTTP" "Failback__Control__Database=$state/control.db" \
        "Failback__Control__PublicSinkUrl=$(sink_url 1)" "Failback__Control__BrokerManagementUrl=$(cat "$RUN/management.url" 2>/dev/null)"
      ;;
    sink)
      printf '%s\n' "Failback__Sink__Port=$HTTP" "Failback__Sink__HealthPort=$HEALTH"
      # Kept, so that a later up serves the same certificate.
      if [ -n "${FAILBACK_TLS_CERTIFICATE:-}" ]; then printf '%s\n' "$(realpath "$FAILBACK_TLS_CERTIFICATE")" "$(realpath "${FAILBACK_TLS_PRIVATE_KEY:?}")" >"$RUN/tls"; fi
      if [ -s "$RUN/tls" ]; then
        printf 'Failback__Sink__TlsCertificate=%s\n' "$(sed -n 1p "$RUN/tls")"
        printf 'Failback__Sink__TlsPrivateKey=%s\n' "$(sed -n 2p "$RUN/tls")"
      else
        echo Failback__Sink__TlsSelfSigned=true
      fi
      # To try with curl; FAILBACK_WEBHOOK_AUTHENTICATION=1 leaves it to the sink, which then asks for tokens.
      [ "${FAILBACK_WEBHOOK_AUTHENTICATION:-}" = 1 ] || echo Failback__Sink__DisableAuthentication=true
      ;;
    cockroach-stand-in)
      printf '%s\n' "COCKROACH_STANDIN_LISTEN=127.0.0.1:$HTTP" "COCKROACH_STANDIN_HEALTH_PORT=$HEALTH" "COCKROACH_STANDIN_POSTGRES_URL_FILE=$RUN/stand-in.url"
      ;;
    applier-*) printf '%s\n' "Failback__Applier__HealthPort=$HEALTH" "Failback__Applier__Replica=$1-$2" ;;
  esac
}

webhook_warning() {
  [ "${FAILBACK_WEBHOOK_AUTHENTICATION:-}" = 1 ] || say "NOT FOR PRODUCTION: the webhook asks for no token, and its certificate may be self-signed (docs/operate/security.md)"
}

# Which services may have several replicas.
service_scales() { [[ $1 == applier-* || $1 == sink ]]; }

sink_url() { (. "$RUN/services/sink-$1/ports" && printf 'https://127.0.0.1:%s' "$HTTP"); }
