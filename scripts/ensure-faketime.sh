#!/usr/bin/env bash
# Fault tests step the clock of a run with libfaketime. As root on Debian it is installed, said aloud
# first; elsewhere the exact instruction is printed.
set -euo pipefail
say() { printf 'faketime: %s\n' "$*" >&2; }
if ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  say "installing libfaketime with apt-get, for the fault tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libfaketime >/dev/null
  exit 0
fi
say "no libfaketime found. To run its test: sudo apt-get install libfaketime"
