#!/usr/bin/env bash
# The demo's reviewers and browser tests need Chromium. As root on Debian it is installed, said aloud
# first; elsewhere the exact instruction is printed, the demo goes on and the browser tests skip.
set -euo pipefail
say() { printf 'browser: %s\n' "$*" >&2; }
for name in chromium chromium-browser google-chrome chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  say "installing chromium with apt-get, for the demo and the browser tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-dejavu-core >/dev/null
  exit 0
fi
say "no Chromium found; the demo goes on without its reviewers, and browser tests skip."
say "  to have one: sudo apt-get install chromium, or .venv/bin/playwright install chromium"
