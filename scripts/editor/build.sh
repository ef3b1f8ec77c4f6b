#!/bin/sh
# Builds harness/review/static/editor.js from pinned packages: scripts/editor/build.sh [OUT]
# The result is committed, so that installing needs neither Node nor a network.
set -eu
cd "$(dirname "$0")"
out=${1:-../../harness/review/static/editor.js}
case $out in /*) ;; *) out=$PWD/$out ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json package-lock.json editor.js "$work"
cd "$work"
npm ci --silent --ignore-scripts --no-audit --no-fund
node node_modules/esbuild/bin/esbuild editor.js --bundle --minify --format=esm --target=es2022 \
  --legal-comments=none --banner:js="/* CodeMirror 6 and Lezer, (c) Marijn Haverbeke and others, MIT licence. Built by scripts/editor/build.sh. */" \
  --outfile="$out" --log-level=warning
