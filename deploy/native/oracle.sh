# shellcheck shell=bash
# A stand-in for an Oracle server, for tests only: H2 in its Oracle mode behind a bridge of ours (oracle/OracleLane.java). Data live in
# memory. Needs a JDK 17 or later of the host; the grammar check of statements needs Node.js and its npm.

oracle_ports="sql"
oracle_stop_signal=TERM
oracle_source=$HERE/oracle
oracle_grammar_packages="antlr4ts-sql@1.1.0 antlr4ts@0.5.0-alpha.4"

oracle_folder() {
  local key
  key=$(cat "$oracle_source/OracleLane.java" <(printf '%s\n' "$PACKAGES_FORMAT" "$oracle_grammar_packages") | sha256sum | cut -c1-10)
  printf '%s/oracle-%s' "$(native_prefix)" "$key"
}

oracle_install() {
  local target
  target=$(oracle_folder)
  if bundle_ready "$target"; then return 0; fi
  oracle_need_java || return 1
  mkdir -p "$(native_prefix)"
  exec 8>"$(native_prefix)/.lock"
  flock 8
  if bundle_ready "$target"; then exec 8>&-; return 0; fi
  say "installing oracle (H2 in Oracle mode) into $target"
  rm -rf "$target"
  mkdir -p "$target/classes" "$target/grammar"
  APT_WORK=$(native_prefix)/.apt-trixie
  { [ -s "$APT_WORK/fresh" ] && [ -z "$(find "$APT_WORK/fresh" -mmin +60)" ]; } || { apt_workspace trixie && date >"$APT_WORK/fresh"; } || return 1
  (cd "$target" && APT_CONFIG="$APT_WORK/apt.conf" apt-get download -qq libh2-java && dpkg-deb -x libh2-java_*.deb unpacked) || return 1
  cp -L "$target/unpacked/usr/share/java/h2.jar" "$target/h2.jar"
  rm -rf "$target/unpacked" "$target"/*.deb
  javac -cp "$target/h2.jar" -d "$target/classes" "$oracle_source/OracleLane.java" || return 1
  # Without it the check of statement texts is skipped, and says so.
  if command -v npm >/dev/null && (cd "$target/grammar" && npm install --no-audit --no-fund --no-package-lock --prefix . $oracle_grammar_packages >"$target/grammar.log" 2>&1); then
    cp "$oracle_source/check-statements.js" "$target/grammar/"
  else
    say "the grammar of PL/SQL could not be installed (Node.js and npm are needed): statements are not checked against it"
  fi
  date -u +%FT%TZ >"$target/.complete"
  chmod -R a+rX "$target"
  exec 8>&-
}

oracle_install_java() { apt-get install -y -qq --no-install-recommends openjdk-17-jdk-headless && command -v javac; }

oracle_need_java() {
  if command -v javac >/dev/null && command -v java >/dev/null; then return; fi
  # The lists of a fresh machine may be missing.
  if [ "$(id -u)" = 0 ] && { oracle_install_java || { apt-get update -qq && oracle_install_java; }; } >/dev/null 2>&1; then return; fi
  say "a JDK 17 or later is missing: apt-get install openjdk-17-jdk-headless"
  return 1
}

oracle_create() { :; }

oracle_start() {
  FAILBACK_LANE_PASSWORD=$SECRET start_server_detached "$HOME_DIR" "$HOME_DIR/server.log" \
    "$(command -v java)" -Xmx768m -XX:+UseSerialGC -cp "$(oracle_folder)/h2.jar:$(oracle_folder)/classes" OracleLane "$PORT_SQL"
}

# That it listens is all there is to wait for.
oracle_ready() { :; }

oracle_env() {
  printf 'FAILBACK_ORACLE_URL=oracle://SYSTEM:%s@127.0.0.1:%s/LANE\n' "$SECRET" "$PORT_SQL"
  if [ -e "$(oracle_folder)/grammar/check-statements.js" ]; then printf 'FAILBACK_PLSQL_GRAMMAR=%s\n' "$(oracle_folder)/grammar"; fi
}
