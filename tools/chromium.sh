#!/usr/bin/env bash
# Makes sure that Chromium is there: the stories and the portal's checks drive it.
set -euo pipefail
command -v chromium >/dev/null && exit 0
help="Chromium is missing. Install it with: sudo apt-get update && sudo apt-get install -y chromium"
[ "$(id -u)" = 0 ] || { echo "$help" >&2; exit 1; }
echo "installing Chromium"
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "$help" >&2
  exit 1
fi
