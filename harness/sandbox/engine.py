"""Connects to the Docker engine the user means.

In the docker command's own order: DOCKER_HOST, then DOCKER_CONTEXT, then the current context of
the docker configuration, then the platform's default socket.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException
from docker.tls import TLSConfig

from harness.errors import EngineUnavailable, SandboxError

DEFAULT_TIMEOUT_S = 60


def client(timeout_s: float = DEFAULT_TIMEOUT_S) -> docker.DockerClient:
    """A client whose engine has answered.

    Raises EngineUnavailable, with the exact instruction for this system, if none does.
    """
    where = "the default socket"
    try:
        where, arguments = _endpoint()
        connected = docker.DockerClient(version="auto", timeout=int(timeout_s), **arguments)
        # No proxy and no password lies between us and a socket on this machine; asking the
        # environment for them is a quarter of a call's cost here.
        if connected.api.base_url.startswith("http+docker://"):
            connected.api.trust_env = False
        connected.ping()
    except (DockerException, OSError, ValueError) as error:
        raise EngineUnavailable(
            f"no Docker engine answers at {where}: {_reason(error)}", fix=instruction(error)
        ) from error
    return connected


def answers(engine: docker.DockerClient) -> bool:
    """Whether the engine is still there."""
    try:
        return bool(engine.ping())
    except (DockerException, OSError):
        return False


def runtime_problem(info: dict[str, Any], wanted: str | None) -> tuple[str, str] | None:
    """What is wrong with the OCI runtime asked for, and the fix; None if the engine knows it.

    info: the engine's own words (``docker info``).
    """
    known = sorted(info.get("Runtimes") or {})
    if not wanted or wanted in known:
        return None
    fix = f"use one of {', '.join(known)}, or add it to the engine's daemon.json under runtimes"
    return f"the engine has no runtime {wanted!r}", fix


def require_runtime(engine: docker.DockerClient, wanted: str | None) -> None:
    """Raise SandboxError, before anything is started, if the engine does not know it."""
    problem = runtime_problem(engine.info(), wanted) if wanted else None
    if problem:
        raise SandboxError(problem[0], fix=problem[1])


def _endpoint() -> tuple[str, dict[str, Any]]:
    """(words for messages, arguments for DockerClient)."""
    if os.environ.get("DOCKER_HOST"):
        host = os.environ["DOCKER_HOST"]
        arguments = dict(docker.utils.kwargs_from_env())
        arguments["use_ssh_client"] = host.startswith("ssh://")
        return f"DOCKER_HOST={host}", arguments
    name = os.environ.get("DOCKER_CONTEXT") or _current_context()
    if name in ("", "default"):
        return "the default socket", {}
    return _context_endpoint(name)


def _config_folder() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _current_context() -> str:
    try:
        config = json.loads((_config_folder() / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    return str(config.get("currentContext") or "")


def _context_endpoint(name: str) -> tuple[str, dict[str, Any]]:
    digest = hashlib.sha256(name.encode()).hexdigest()
    folder = _config_folder() / "contexts"
    meta_file = folder / "meta" / digest / "meta.json"
    if not meta_file.is_file():
        raise ValueError(f"docker context {name!r} does not exist (docker context ls)")
    endpoint = json.loads(meta_file.read_text(encoding="utf-8"))["Endpoints"]["docker"]
    host = str(endpoint["Host"])
    arguments: dict[str, Any] = {"base_url": host, "use_ssh_client": host.startswith("ssh://")}
    tls = folder / "tls" / digest / "docker"
    if tls.is_dir():
        arguments["tls"] = TLSConfig(
            client_cert=(str(tls / "cert.pem"), str(tls / "key.pem")),
            ca_cert=str(tls / "ca.pem"),
            verify=not endpoint.get("SkipTLSVerify", False),
        )
    return f"docker context {name!r} ({host})", arguments


def _reason(error: Exception) -> str:
    """The innermost cause: the SDK wraps a refused connection four times."""
    text = str(error)
    if "Permission denied" in text or "PermissionError" in text:
        return "permission denied"
    if "No such file" in text or "FileNotFoundError" in text:
        return "there is no such socket"
    if "Connection refused" in text or "ConnectionRefusedError" in text:
        return "connection refused"
    return text.splitlines()[0] if text else type(error).__name__


def instruction(error: Exception | None = None) -> str:
    """What to type on this system to get an engine that answers."""
    if os.environ.get("DOCKER_HOST"):
        return "start the engine DOCKER_HOST names, or unset DOCKER_HOST"
    if os.environ.get("DOCKER_CONTEXT") or (
        isinstance(error, ValueError) and "context" in str(error)
    ):
        return "docker context use default, or start that context's engine"
    system = platform.system()
    if system == "Darwin":
        return "start Docker Desktop: open -a Docker"
    if system == "Windows":
        return "start Docker Desktop with the WSL 2 backend"
    if error is not None and _reason(error) == "permission denied":
        return "sudo usermod -aG docker $USER, then log in again"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return "scripts/ensure-engine.sh   (or: systemctl start docker)"
    return "sudo systemctl start docker   (not installed? sudo apt-get install docker.io)"
