# shellcheck shell=bash
# Prometheus and Alertmanager with their tools, and docker-compose to read compose files with. Nothing is started here. Sourced, never run.

monitoring_suite=trixie
monitoring_packages="prometheus prometheus-alertmanager docker-compose"

# Folder of the programs prometheus, promtool, alertmanager, amtool and docker-compose; false when the packages cannot be had.
monitoring_programs() {
  bundle_install monitoring "$monitoring_suite" "$monitoring_packages" >&2 || return 1
  printf '%s/usr/bin' "$(bundle_folder monitoring "$monitoring_suite" "$monitoring_packages")"
}
