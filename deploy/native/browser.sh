# shellcheck shell=bash
# Chromium without a window, for the tests of pages, unpacked like the servers. Sourced, never run.

browser_suite=trixie
browser_packages="chromium-headless-shell"

# Prints the program's path; false when it cannot be had.
browser_program() {
  bundle_install browser "$browser_suite" "$browser_packages" >&2 || return 1
  printf '%s/usr/lib/chromium/chromium-headless-shell' "$(bundle_folder browser "$browser_suite" "$browser_packages")"
}

# libpulse names a folder of the host for its other half, which hides the program's own path.
browser_relocate() {
  local libraries file
  libraries=$1/usr/lib/$(dpkg-architecture_triplet)
  for file in "$libraries"/libpulse*.so.*.* "$libraries"/pulseaudio/*.so; do
    "$libraries"/ld-linux-*.so.* --library-path "$libraries" "$1/usr/bin/patchelf" --force-rpath --set-rpath "$libraries:$libraries/pulseaudio" "$file"
  done
}
