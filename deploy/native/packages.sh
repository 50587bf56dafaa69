# shellcheck shell=bash
# Puts Debian packages of any suite under a private folder, with the C library they were built for. Host packages are not
# touched, no maintainer script runs and root is not needed. Sourced, never run.

# What the packages ask for but a server in a private folder never uses, or what the host has anyway: shells, users, init,
# Perl and Python tools. apt is told that these are installed.
HOST_PACKAGES=(
  adduser base-passwd debconf dpkg init-system-helpers login.defs locales libc-l10n libdebconfclient0 libllvm19 logrotate
  lsof media-types netbase openssl openssl-provider-legacy passwd perl perl-base libperl5.40 libjson-perl procps psmisc python3
  sensible-utils socat ssl-cert sysvinit-utils tar tzdata ucf postgresql-common postgresql-client-common
  mysql-common mariadb-common readline-common libaudit-common libsemanage-common
)
PACKAGES_FORMAT=1

# bundle_folder NAME SUITE PACKAGES: the folder's name carries what is in it, so a changed list is a new folder.
bundle_folder() {
  local key
  key=$(printf '%s\n' "$PACKAGES_FORMAT" "$2" "$3" "$(dpkg --print-architecture)" "${HOST_PACKAGES[*]}" | sha256sum | cut -c1-10)
  printf '%s/%s-%s-%s' "$(native_prefix)" "$1" "$2" "$key"
}

bundle_ready() { [ -e "$1/.complete" ]; }

# The mirror this machine's own apt uses, whether it is written in the one-line or in the deb822 form.
debian_mirror() {
  if [ -n "${FAILBACK_DEBIAN_MIRROR:-}" ]; then printf '%s' "$FAILBACK_DEBIAN_MIRROR"; return; fi
  local found
  found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -nE 's/^[[:space:]]*(deb[[:space:]]+(\[[^]]*\][[:space:]]+)?|URIs:[[:space:]]*)(https?:\/\/[^[:space:]]+\/debian\/?)([[:space:]].*)?$/\3/p' |
    head -n 1 || true)
  [ -n "$found" ] || die "no Debian mirror found in /etc/apt" "name one: FAILBACK_DEBIAN_MIRROR=http://HOST/debian"
  printf '%s' "$found"
}

# apt_workspace SUITE: an apt of our own below $APT_WORK (lists, cache, state); the host's apt state is not read or written.
apt_workspace() {
  local suite=$1 name keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -r "$keyring" ] || die "$keyring is missing" "the native servers come from Debian packages; on another system use Docker (docker compose)"
  mkdir -p "$APT_WORK"/lists/partial "$APT_WORK"/cache/archives/partial
  for name in "${HOST_PACKAGES[@]}"; do
    local shape=foreign
    case $name in perl | python3) shape=allowed ;; esac
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: %s\nMulti-Arch: %s\nVersion: 999:0\nMaintainer: host\nDescription: host\n\n' \
      "$name" "$(dpkg --print-architecture)" "$shape"
  done >"$APT_WORK/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$(debian_mirror)" "$suite" >"$APT_WORK/sources.list"
  cat >"$APT_WORK/apt.conf" <<CONF
Dir::State::lists "$APT_WORK/lists";
Dir::State::status "$APT_WORK/status";
Dir::Etc::sourcelist "$APT_WORK/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Cache "$APT_WORK/cache";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "root";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
CONF
  # The host's hooks (Post-Invoke of container images) may fail for want of rights: apt's own exit code decides.
  APT_CONFIG="$APT_WORK/apt.conf" apt-get update -qq 2>"$APT_WORK/update.log" || { cat "$APT_WORK/update.log" >&2; return 1; }
}

# bundle_install NAME SUITE PACKAGES: does nothing when the bundle is there; false when the packages cannot be had.
bundle_install() {
  local name=$1 suite=$2 packages=$3 target deb debs
  target=$(bundle_folder "$name" "$suite" "$packages")
  if bundle_ready "$target"; then return 0; fi
  mkdir -p "$(native_prefix)" || die "cannot write $(native_prefix)" "choose another folder: FAILBACK_PREFIX=\$HOME/.cache/failback"
  exec 8>"$(native_prefix)/.lock"
  flock 8
  if bundle_ready "$target"; then exec 8>&-; return 0; fi
  say "installing $name (Debian $suite: $packages) into $target"
  APT_WORK=$(native_prefix)/.apt-$suite
  [ -s "$APT_WORK/fresh" ] && [ -z "$(find "$APT_WORK/fresh" -mmin +60)" ] || { apt_workspace "$suite" && date >"$APT_WORK/fresh"; } || return 1
  debs=$(APT_CONFIG="$APT_WORK/apt.conf" apt-get install -s --no-install-recommends $packages | awk '/^Inst/ { sub(/^\(/, "", $3); print $2 "=" $3 }') || return 1
  rm -rf "$target"
  mkdir -p "$target/.debs"
  (cd "$target/.debs" && APT_CONFIG="$APT_WORK/apt.conf" apt-get download -qq $debs patchelf) || { rm -rf "$target"; return 1; }
  for deb in "$target"/.debs/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$target" --no-same-owner --keep-directory-symlink \
      --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' --exclude='./usr/share/info' \
      --exclude='./usr/share/lintian' --exclude='./usr/lib/postgresql/*/lib/bitcode' --exclude='./var' --exclude='./etc/init.d'
  done
  rm -rf "$target/.debs"
  bundle_relocate "$target"
  [ "$(type -t "${name}_relocate")" != function ] || "${name}_relocate" "$target"
  date -u +%FT%TZ >"$target/.complete"
  chmod -R a+rX "$target"
  exec 8>&-
}

# Every program gets the bundle's own dynamic loader and library folder. DT_RPATH, unlike LD_LIBRARY_PATH, does not leak into
# programs of the host that a server starts.
bundle_relocate() {
  local target=$1 libraries loader file magic
  libraries=$target/usr/lib/$(dpkg-architecture_triplet)
  loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
  [ -n "$loader" ] || die "no dynamic loader in $libraries" "remove $target and try again"
  cp "$target/usr/bin/patchelf" "$target/.patchelf"
  find "$target/usr" -type f -perm -u+x ! -name '*.so' ! -name '*.so.*' ! -name patchelf -size +3k -print0 |
    while IFS= read -r -d '' file; do
      IFS= LC_ALL=C read -r -N 4 magic <"$file" 2>/dev/null || true
      [ "$magic" = $'\x7fELF' ] || continue
      "$loader" --library-path "$libraries" "$target/.patchelf" --print-interpreter "$file" >/dev/null 2>&1 || continue
      "$loader" --library-path "$libraries" "$target/.patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$file"
    done
  rm -f "$target/.patchelf"
}

dpkg-architecture_triplet() {
  case $(dpkg --print-architecture) in
    amd64) printf 'x86_64-linux-gnu' ;;
    arm64) printf 'aarch64-linux-gnu' ;;
    *) die "the native servers are set up for amd64 and arm64, this machine is $(dpkg --print-architecture)" "use Docker (docker compose)" ;;
  esac
}
