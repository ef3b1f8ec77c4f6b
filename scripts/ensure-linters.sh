#!/usr/bin/env bash
# The linters that `python -m benchmarks.flags` compares with: pylint and ruff in a virtual
# environment of their own, ESLint and eslint_d in a folder of their own (both under .bench/, pinned by
# benchmarks/linters/), cppcheck from Debian. None of them is a dependency of the product.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'linters: %s\n' "$*" >&2; }
pins=benchmarks/linters
home=.bench/linters
stamp="$home/.installed-$(cat "$pins"/requirements.lock "$pins"/package-lock.json | sha256sum | cut -c1-16)"

if [ ! -e "$stamp" ]; then
  say "installing pylint, ruff, ESLint and eslint_d into $home"
  rm -rf "$home" && mkdir -p "$home"
  "$(scripts/find-python.sh)" -m venv "$home/venv"
  PIP_DISABLE_PIP_VERSION_CHECK=1 "$home/venv/bin/python" -m pip install --quiet \
    --require-hashes -r "$pins/requirements.lock"
  cp "$pins"/package.json "$pins"/package-lock.json "$pins"/eslint.config.mjs "$home/"
  (cd "$home" && npm ci --quiet --ignore-scripts --no-audit --no-fund >/dev/null)
  touch "$stamp"
fi
cmp -s "$pins/eslint.config.mjs" "$home/eslint.config.mjs" || cp "$pins/eslint.config.mjs" "$home/"

if command -v cppcheck >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  say "installing cppcheck with apt-get"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends cppcheck >/dev/null
  exit 0
fi
say "no cppcheck found. To compare C++ with it: sudo apt-get install cppcheck"
exit 1
