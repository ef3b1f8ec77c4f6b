#!/usr/bin/env bash
# Store tests need PostgreSQL's server programs (each test run starts a cluster of its own). As root
# on Debian they are installed, said aloud first; elsewhere the exact instruction is printed.
set -euo pipefail
say() { printf 'postgres: %s\n' "$*" >&2; }
if command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  say "installing postgresql with apt-get, for the store's tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
  exit 0
fi
say "no PostgreSQL server found. To run its tests: sudo apt-get install postgresql"
