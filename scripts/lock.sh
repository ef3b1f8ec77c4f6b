#!/usr/bin/env bash
# Write requirements.lock: every dependency of the product and its tests, pinned and hashed for
# all platforms, without index addresses. Needs uv (pip install uv). Run it after changing
# dependencies in pyproject.toml.
set -euo pipefail
cd "$(dirname "$0")/.."
uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate "$@" --output-file requirements.lock >/dev/null
if grep -nE 'https?://' requirements.lock; then
  echo "requirements.lock must not name hosts" >&2
  exit 1
fi
