#!/usr/bin/env bash
# Publishes the programs that are run: by run.sh, by the images, by tests and benchmarks. `deploy/publish.sh help` tells the rest.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PROGRAMS=$ROOT/deploy/programs.tsv

usage() {
  cat <<TEXT
usage: deploy/publish.sh [NAME...]
       deploy/publish.sh --to FOLDER [NAME...]

Publishes programs of deploy/programs.tsv (all of them without a NAME), each into a folder named after its project, and prints the folder
that holds them. That folder is named after a hash of the sources, below artifacts/publish (FAILBACK_PUBLISH_FOLDER): what is there
already is not published again. Folders of former sources are removed unless something runs from them. --to FOLDER publishes there, always.
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$1" >&2; shift; for line in "$@"; do printf '       %s\n' "$line" >&2; done; exit 1; }

# Columns of the table; $1 is a name.
names() { grep -v '^#' "$PROGRAMS" | cut -f1; }
project() { awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$PROGRAMS"; }

# One name for everything the programs are built from; uncommitted changes count.
sources_hash() {
  (
    cd "$ROOT"
    find deploy/programs.tsv deploy/publish.sh services shared $(grep -v '^#' "$PROGRAMS" | cut -f2 | grep '^tests/') tests/Failback.Testing -type f \
      -not -path '*/bin/*' -not -path '*/obj/*' -print0
    printf '%s\0' Failback.sln Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt
  ) | LC_ALL=C sort -z | (cd "$ROOT" && xargs -0 sha256sum) | sha256sum | cut -c1-12
}

# One build for all: what they share is compiled once, they themselves side by side. Folder $1, names "${@:2}".
publish() {
  local folder=$1 name separator='' log=$1/.build.log
  shift
  command -v dotnet >/dev/null || die "the .NET 10 SDK is missing" "install it (https://dotnet.microsoft.com/download) so that 'dotnet --version' says 10.x, then repeat"
  say "publishing $* into $folder"
  mkdir -p "$folder"
  for name in "$@"; do rm -rf "${folder:?}/$(basename "$(project "$name")")"; done
  {
    printf '{ "solution": { "path": "%s/Failback.sln", "projects": [' "$ROOT"
    for name in "$@"; do printf '%s"%s/%s.csproj"' "$separator" "$(project "$name")" "$(basename "$(project "$name")")"; separator=', '; done
    printf '] } }\n'
  } >"$folder/.publish.slnf"
  DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet publish "$folder/.publish.slnf" -c Release -v quiet "-p:FailbackPublishFolder=$folder" \
    </dev/null >"$log" 2>&1 8>&- || die "publishing failed" "$(grep -E 'error' "$log" | sort -u | head -n 10)" "all of it: $log"
  # Packages do not keep the mode of the compiler of userscripts everywhere.
  for name in "$@"; do
    if [ -e "$folder/$(basename "$(project "$name")")/typescript/tsc" ]; then chmod 755 "$folder/$(basename "$(project "$name")")/typescript/tsc"; fi
    touch "$folder/.complete-$name"
  done
}

# True when a process runs in folder $1, or a test run holds it.
in_use() {
  local process
  for process in /proc/[0-9]*/cwd; do if [[ $(readlink "$process" 2>/dev/null) == "$1"/* ]]; then return 0; fi; done
  ! flock -n -x "$1/.lease" true
}

remove_former() {
  local folder
  for folder in "$BASE"/*/; do
    folder=${folder%/}
    if [ "$folder" != "$1" ] && [ -d "$folder" ] && ! in_use "$folder"; then rm -rf "$folder"; fi
  done
}

TO=''
case ${1:-} in
  help | -h | --help) usage; exit ;;
  --to) TO=$(realpath -m "${2:?--to needs a folder}"); shift 2 ;;
esac
for name in "$@"; do [ -n "$(project "$name")" ] || die "there is no program '$name'" "known: $(names | tr '\n' ' ')"; done
if [ $# -eq 0 ]; then mapfile -t WANTED < <(names); else WANTED=("$@"); fi
if [ -n "$TO" ]; then
  publish "$TO" "${WANTED[@]}"
  printf '%s\n' "$TO"
  exit
fi

BASE=$(realpath -m "${FAILBACK_PUBLISH_FOLDER:-$ROOT/artifacts/publish}")
mkdir -p "$BASE"
exec 8>"$BASE/.lock"
flock -w 600 8 || die "another publish works on $BASE" "wait for it, or end it"
FOLDER=$BASE/$(sources_hash)
MISSING=()
for name in "${WANTED[@]}"; do if [ ! -e "$FOLDER/.complete-$name" ]; then MISSING+=("$name"); fi; done
if [ ${#MISSING[@]} -gt 0 ]; then
  publish "$FOLDER" "${MISSING[@]}"
  remove_former "$FOLDER"
fi
printf '%s\n' "$FOLDER"
