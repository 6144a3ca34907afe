#!/usr/bin/env bash
# need.sh PROGRAM [PACKAGE…]: makes sure that a program is there which tests need, and installs it with apt where it is not.
set -euo pipefail
program=$1
shift
packages=("${@:-$program}")
command -v "$program" >/dev/null && exit 0
help="$program is missing. Install it with: sudo apt-get update && sudo apt-get install -y ${packages[*]}"
[ "$(id -u)" = 0 ] || { echo "$help" >&2; exit 1; }
echo "installing ${packages[*]}"
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "$help" >&2
  exit 1
fi
