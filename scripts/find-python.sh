#!/usr/bin/env bash
# Print a Python of 3.11 or newer that can make virtual environments, or say how to get one.
set -euo pipefail
for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3.14 python3 python; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
  if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    command -v "$name"
    exit 0
  fi
done
{
  echo "setup: Python 3.11 or newer with the venv module is needed, and none was found."
  case "$(uname -s)" in
    Darwin) echo "  fix: brew install python@3.13" ;;
    *) echo "  fix: sudo apt-get install python3 python3-venv   (Debian 12, Ubuntu 24.04 or newer)" ;;
  esac
  echo "  or name one yourself: make PYTHON=/path/to/python3.12 …"
} >&2
exit 1
