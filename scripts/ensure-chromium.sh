#!/usr/bin/env bash
# Browser tests need Chromium. As root on Debian it is installed, said aloud first; elsewhere the
# exact instruction is printed and the browser tests skip.
set -euo pipefail
say() { printf 'browser: %s\n' "$*" >&2; }
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  say "installing chromium with apt-get, for the browser tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-dejavu-core >/dev/null
  exit 0
fi
say "no Chromium found; browser tests will skip. To run them: sudo apt-get install chromium"
