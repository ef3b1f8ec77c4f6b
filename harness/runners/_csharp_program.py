"""C# programs: what the resident compiler is asked, and how its output is started."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from harness.models import Limits
from harness.runners._job import Job, Wire, wire_limits
from harness.syntax.closing import closed

DOTNET = "/opt/dotnet/dotnet"
PROGRAM_CONFIG = "/opt/harness/csharp/program.runtimeconfig.json"
HOST = "/opt/harness/csharp/host/Harness.Host.dll"
_TESTS_USING = re.compile(
    r"^[ \t]*using[ \t]+(?:Xunit|KellermanSoftware)[\w.]*[ \t]*;", re.MULTILINE
)
# The compiler stays in memory while responses run.
COMPILER_MEMORY_MB = 448


def build_step(job: Job, kind: str, **request: Any) -> Wire:
    """Compile the response; what comes out is written where its later processes start.

    kind: ``program``, ``call``, ``main`` or ``facts`` (sandboxes/csharp/server/Request.cs).
    """
    files = {name: plain(text) for name, text in job.task.files.items() if name.endswith(".cs")}
    return {
        "kind": "ask",
        "service": "compiler",
        "build": True,
        "need_ok": True,
        "request": {"kind": kind, "source": plain(job.code.source), "files": files, **request},
        "limits": wire_limits(job.limits, build=True),
    }


def without_tests(source: str) -> str:
    """Code that its tests would have completed, as it is compiled without them.

    Some benchmarks close the response's class in their tests, and name the tests' libraries in the
    prompt.
    """
    return closed(_TESTS_USING.sub("", source))[0]


def plain(text: str) -> str:
    """Text without lone surrogates, which .NET's JSON refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def spawn(job: Job, *arguments: str) -> Wire:
    """Start .NET with little of its machinery and a heap that fits the slot."""
    return {
        "argv": [DOTNET, *arguments],
        "env": _environment(job.limits),
        "payload": {"files": dict(job.task.files)},
    }


def program(job: Job, argv: Sequence[str] = ()) -> Wire:
    """The response as a program of its own."""
    return spawn(job, "exec", "--runtimeconfig", PROGRAM_CONFIG, "program.dll", *argv)


def host(job: Job, mode: str) -> Wire:
    """The response loaded by the driver: ``calls`` or ``tests``."""
    return spawn(job, HOST, mode)


def _environment(limits: Limits) -> dict[str, str]:
    heap = (limits.memory_mb << 20) * 7 // 8
    return {
        "DOTNET_GCHeapHardLimit": hex(heap),
        "DOTNET_EnableDiagnostics": "0",  # no socket in /tmp, no debugger
        "DOTNET_TieredPGO": "0",
        # Busy methods are optimised after 10 ms, not 100: a third less time for heavy programs.
        "DOTNET_TC_CallCountingDelayMs": "A",
        "DOTNET_EnableWriteXorExecute": "0",  # a tenth less to start
        # Cultures and their order of text, as in the official images; 10 ms a process.
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "0",
    }


def slot_memory_mb(limits: Limits) -> int:
    """The response's memory and the compiler's."""
    return limits.memory_mb + COMPILER_MEMORY_MB
