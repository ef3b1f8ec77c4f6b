#!/usr/bin/env bash
# The library that reads our exports in the soak tests, in a virtual environment of its own under
# .bench/, pinned by tests/soak/datasets/. It is no dependency of the product. Prints its Python.
set -euo pipefail
cd "$(dirname "$0")/.."
pins=tests/soak/datasets/requirements.lock
home=.bench/datasets
stamp="$home/.installed-$(sha256sum <"$pins" | cut -c1-16)"

if [ ! -e "$stamp" ]; then
  printf 'datasets: installing it into %s\n' "$home" >&2
  rm -rf "$home" && mkdir -p "$home"
  "$(scripts/find-python.sh)" -m venv "$home/venv"
  PIP_DISABLE_PIP_VERSION_CHECK=1 "$home/venv/bin/python" -m pip install --quiet \
    --require-hashes -r "$pins"
  touch "$stamp"
fi
printf '%s\n' "$PWD/$home/venv/bin/python"
