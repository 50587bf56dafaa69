#!/usr/bin/env bash
# The command line in its container, with the current folder as /work: files it names must be below it.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
RUN=$(realpath -m "${FAILBACK_RUN_FOLDER:-$ROOT/.run}")
terminal=()
[ -t 0 ] && [ -t 1 ] || terminal=(-T)
exec docker compose --project-directory "$ROOT" --env-file "$RUN/compose.env" --progress quiet run --rm --no-deps "${terminal[@]}" --volume "$PWD:/work:ro" --workdir /work \
  --entrypoint dotnet cli /app/failback.dll "$@"
