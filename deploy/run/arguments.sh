# Arguments of ./run.sh; read by run.sh and by the test that holds every documented command against it.

# Before anything is touched: a typing error must not start, scale or delete anything.
check_arguments() {
  case ${1:-}:$# in
    :0 | up:1 | demo:1 | env:1 | ps:1 | logs:1 | logs:2 | down:1 | help:* | -h:* | --help:*) ;;
    scale:2) [[ $2 =~ ^[a-z-]+=[0-9]+$ ]] || refuse "'scale' needs a service and a number: ./run.sh scale applier-postgres=3" ;;
    restart:2) ;;
    demo:2) [ "$2" = userscripts ] || refuse "'demo' has no option '$2', only userscripts" ;;
    down:2) [ "$2" = --purge ] || refuse "'down' has no option '$2'" ;;
    scale:1) refuse "'scale' needs a service and a number: ./run.sh scale applier-postgres=3" ;;
    restart:1) refuse "'restart' needs a name: ./run.sh restart sink" ;;
    up:* | demo:* | env:* | ps:*) refuse "'$1' takes no arguments: '${*:2}'" ;;
    logs:* | down:* | scale:* | restart:*) refuse "'$1' takes one argument: '${*:2}'" ;;
    *) refuse "unknown command '${1:-}'" ;;
  esac
}
