"""A slot: one hardened container that serves one job at a time through its agent."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import select
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

import docker
from docker.errors import APIError, DockerException, NotFound

from harness.errors import EngineUnavailable, SandboxError, SlotDied
from harness.models import Limits
from harness.sandbox import seccomp

if TYPE_CHECKING:
    from docker.models.containers import Container

HEADER = struct.Struct(">I")
STREAM = struct.Struct(">BxxxI")
STDOUT = 1
MAX_FRAME = 64 << 20
START_TIMEOUT_S = 60.0
HANG_UP_S = 2.0
UIDS_PER_JOB = 2
FIRST_UID, LAST_UID = 10_000, 60_000
# Agent, zygotes and their imports; the candidate gets its whole limit on top.
AGENT_MEMORY_MB = 64
RESERVED_PROCESSES = 64
ENVIRONMENT = {"LANG": "C.UTF-8"}
# How a slot for one Python response starts: its agent's interpreter is the response's as well.
ONE_INTERPRETER = {
    "entrypoint": [
        "/usr/bin/python3",
        "-P",
        "-s",
        "-X",
        "cpu_count=1",
        "-u",
        "/opt/harness/agent/start.py",
    ],
    "environment": {**ENVIRONMENT, "PYTHONHASHSEED": "0"},
}

# The SDK raises its own errors for what the engine says, and requests' for an engine that is gone.
ENGINE_FAILS = (DockerException, OSError)

Wire = dict[str, Any]


class Uids:
    """Hands out uids: disjoint between slots, and no two jobs of a slot share one.

    Between harness processes they may meet; that only makes them share a process-count
    limit, for containers do not see each other's processes.
    """

    def __init__(self) -> None:
        start = random.randrange(FIRST_UID, LAST_UID, UIDS_PER_JOB)
        self._next = itertools.count(start - FIRST_UID, UIDS_PER_JOB)

    def take(self) -> int:
        """First of the job's uids (candidate; the judge is the next one)."""
        return FIRST_UID + next(self._next) % (LAST_UID - FIRST_UID)


class Slot:
    """A running container and the framed stream to its agent.

    Raises SlotDied when the container ends or breaks the protocol; the caller retries the job
    elsewhere. ``condemned`` says why the slot must not be used again.
    """

    def __init__(self, container: Container, language: str, uids: Uids) -> None:
        self.container = container
        self.language = language
        self.jobs = 0
        self.condemned: str | None = None
        self._at_work = False
        self._uids = uids
        # The SDK's wrapper closes the socket when collected: keep it.
        self._wrapper = _attach(container)
        self._stream: socket.socket = getattr(self._wrapper, "_sock", self._wrapper)
        self._buffer = bytearray()
        self._diagnostics = bytearray()
        container.start()
        self._read_frame(time.monotonic() + START_TIMEOUT_S)

    def run(self, steps: list[Wire], timeout_s: float) -> list[Wire]:
        """Run one job's steps and clean up; returns one result a step that was run."""
        job = {"op": "job", "uid": self._uids.take(), "steps": steps, "end": True}
        self._at_work = True
        self._send(job)
        answer = self._read_frame(time.monotonic() + timeout_s)
        self._at_work = False
        self.jobs += 1
        if answer["left"]:
            self.condemned = f"left behind: {', '.join(answer['left'][:5])}"
        results: list[Wire] = answer["results"]
        return results

    def hung_up(self) -> bool:
        """Whether the container ended while nobody used it: an idle agent says nothing."""
        try:
            return bool(select.select([self._stream], [], [], 0)[0])
        except (OSError, ValueError, TypeError):  # no such question to this kind of stream
            return False

    def kill(self) -> None:
        """End the container while another thread waits for its answer.

        The stream stays open: its number could be given to another connection meanwhile.
        """
        self.condemned = "it was interrupted"
        with contextlib.suppress(*ENGINE_FAILS):
            self.container.kill()

    def close(self) -> None:
        """Remove the container; one that is in order and at rest is first let end by itself.

        An agent ends when its stream does, and everything in the container with it: a kill from
        outside starts a process of the runtime, a tenth of what a container costs.
        """
        if self.condemned is None and not self._at_work:
            self._hang_up()
        with contextlib.suppress(OSError):
            self._stream.close()
        with contextlib.suppress(*ENGINE_FAILS):
            self.container.remove(force=True, v=True)

    def _hang_up(self) -> None:
        """Say nothing more, and wait for the end of the stream."""
        deadline = time.monotonic() + HANG_UP_S
        # Not every transport can be closed one way; who cannot is killed.
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, RuntimeError):
            self._stream.shutdown(socket.SHUT_WR)
            while (left := deadline - time.monotonic()) > 0:
                self._stream.settimeout(left)
                if not self._stream.recv(1 << 16):
                    return

    def _send(self, message: Wire) -> None:
        body = json.dumps(message, separators=(",", ":")).encode("ascii")
        try:
            self._stream.settimeout(START_TIMEOUT_S)
            self._stream.sendall(HEADER.pack(len(body)) + body)
        except OSError as error:
            raise self._died(f"cannot write to the slot: {error}") from error

    def _read_frame(self, deadline: float) -> Wire:
        while True:
            if len(self._buffer) >= HEADER.size:
                (size,) = HEADER.unpack_from(self._buffer)
                if size > MAX_FRAME:
                    raise self._died("the agent sent an oversized frame")
                if len(self._buffer) >= HEADER.size + size:
                    body = bytes(self._buffer[HEADER.size : HEADER.size + size])
                    del self._buffer[: HEADER.size + size]
                    message: Wire = json.loads(body)
                    return message
            self._fill(deadline)

    def _fill(self, deadline: float) -> None:
        """Read one multiplexed chunk of the engine's attach stream."""
        kind, size = STREAM.unpack(self._exactly(STREAM.size, deadline))
        data = self._exactly(size, deadline)
        if kind == STDOUT:
            self._buffer += data
        else:
            self._diagnostics = (self._diagnostics + data)[-4000:]

    def _exactly(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._died("the slot did not answer in time")
            try:
                self._stream.settimeout(left)
                part = self._stream.recv(min(size - len(data), 1 << 20))
            except TimeoutError as error:
                raise self._died("the slot did not answer in time") from error
            except OSError as error:
                raise self._died(f"cannot read from the slot: {error}") from error
            if not part:
                raise self._died("the container ended")
            data += part
        return bytes(data)

    def _died(self, reason: str) -> SlotDied:
        self.condemned = reason
        oom = False
        with contextlib.suppress(*ENGINE_FAILS):
            self.container.reload()
            oom = bool(self.container.attrs["State"].get("OOMKilled"))
        said = self._diagnostics.decode("utf-8", "replace").strip()
        return SlotDied(f"{reason}{': ' + said if said else ''}", oom_killed=oom)


def _attach(container: Container) -> Any:
    """The two-way stream of the container; the SDK wraps a unix socket in an object."""
    options = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    return container.attach_socket(params=options)


def create_slot(
    client: docker.DockerClient,
    image: str,
    language: str,
    limits: Limits,
    uids: Uids,
    *,
    labels: dict[str, str],
    cpu: int,
    runtime: str | None = None,
    sysv_ipc: bool = False,
    once: bool = False,
) -> Slot:
    """Create and start a container as hardened as the engine allows.

    once: it will serve one response, so the agent imports little ahead.
    """
    memory = (limits.memory_mb + AGENT_MEMORY_MB) << 20
    api = client.api
    hardened = api.create_host_config(
        # No interface but loopback either way. Told to leave the network alone, the engine leaves
        # it to the runtime, which makes an empty namespace without starting the engine's own
        # binary for it; an engine that does not know ``network_disabled`` knows this mode.
        network_mode="none",
        read_only=True,
        cap_drop=["ALL"],
        cap_add=["SETUID", "SETGID", "KILL"],
        security_opt=["no-new-privileges:true", f"seccomp={seccomp.profile(sysv_ipc=sysv_ipc)}"],
        ipc_mode="private",
        pids_limit=limits.processes * UIDS_PER_JOB + RESERVED_PROCESSES,
        mem_limit=memory,
        memswap_limit=memory,
        cpuset_cpus=str(cpu),
        cpu_period=100_000,
        cpu_quota=100_000,
        shm_size=limits.disk_mb << 20,
        tmpfs=_tmpfs(limits),
        ulimits=[docker.types.Ulimit(name="core", soft=0, hard=0)],
        log_config=docker.types.LogConfig(type="none"),
        runtime=runtime,
    )
    start = ONE_INTERPRETER if once and language == "python" else {}
    try:
        # The SDK's higher call asks for the container it has just made.
        made = api.create_container(
            image,
            [language, "once"] if once else [language],
            host_config=hardened,
            network_disabled=True,
            labels=labels,
            stdin_open=True,
            hostname="sandbox",
            # There is nothing to save: an engine that stops need not wait for it.
            stop_signal="SIGKILL",
            working_dir="/",
            **{"environment": ENVIRONMENT, **start},
        )
        container = client.containers.prepare_model(made)
    except NotFound as error:
        raise SandboxError(
            f"image {image} is not there", fix="run: harness images build"
        ) from error
    except APIError as error:
        raise SandboxError(f"the engine refused a container: {error.explanation}") from error
    except ENGINE_FAILS as error:
        raise EngineUnavailable(f"the engine does not answer: {error}") from error
    try:
        return Slot(container, language, uids)
    except BaseException as error:
        with contextlib.suppress(*ENGINE_FAILS):
            container.remove(force=True, v=True)
        if isinstance(error, ENGINE_FAILS):
            raise SandboxError(f"cannot start a container: {error}") from error
        raise


def _tmpfs(limits: Limits) -> dict[str, str]:
    common = f"nosuid,nodev,mode=1777,nr_inodes={limits.disk_mb * 256}"
    return {
        "/work": f"exec,size={limits.disk_mb}m,{common}",
        "/tmp": f"size={max(1, limits.disk_mb // 4)}m,{common}",  # noqa: S108
    }


def usable_cpus() -> list[int]:
    """CPUs a slot may be pinned to."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
