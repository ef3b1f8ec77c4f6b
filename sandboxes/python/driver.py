"""Python driver: what a forked zygote does as ``serve``, ``program`` or ``judge``."""

import io
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, _here)

import _harness_candidate  # noqa: E402
import _harness_judge  # noqa: E402

sys.path.remove(_here)

MODES = {
    "serve": _harness_candidate.serve,
    "program": _harness_candidate.program,
    "judge": _harness_judge.main,
}


def main(mode, payload):
    """Become the job's Python process; the descriptors are in place already."""
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "r", closefd=False)), "utf-8")
    sys.stdout = _text_writer(1, "strict")
    sys.stderr = _text_writer(2, "backslashreplace")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    sys.path.insert(0, os.getcwd())
    sys.argv = [""]
    MODES[mode](payload)
    os._exit(0)


def _text_writer(fd, errors):
    raw = io.BufferedWriter(io.FileIO(fd, "w", closefd=False))
    return io.TextIOWrapper(raw, "utf-8", errors=errors, line_buffering=fd == 2)
