#!/usr/bin/env bash
# Create .venv and install exactly what requirements.lock pins, then this checkout, editable.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv
if ! "$venv/bin/python" -c '' 2>/dev/null; then # missing, or its Python was upgraded away
  rm -rf "$venv"
  python="$(scripts/find-python.sh)"
  echo "setup: creating $venv with $python" >&2
  "$python" -m venv "$venv"
fi
echo "setup: installing the pinned packages" >&2
export PIP_DISABLE_PIP_VERSION_CHECK=1
"$venv/bin/python" -m pip install --quiet --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --no-build-isolation --no-deps --editable .
# Compiled now: where bytecode may not be written, every command would compile all of it again.
"$venv/bin/python" -m compileall -q harness
touch "$venv/.installed"
