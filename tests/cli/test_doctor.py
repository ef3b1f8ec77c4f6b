"""``harness doctor`` sees the engine the user means and says how to fix what is wrong."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox import doctor, engine
from harness.sandbox.doctor import Finding, Status
from harness.settings import load_settings

SOCKET = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def run_doctor(**environment: str) -> tuple[int, dict[str, Any]]:
    """Exit code and findings by name."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")}
    done = subprocess.run(
        [sys.executable, "-m", "harness", "doctor", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, **environment},
    )
    report = json.loads(done.stdout)
    assert report["schema_version"] == 1
    assert report["can_run"] == (done.returncode == 0)
    return done.returncode, {finding["name"]: finding for finding in report["findings"]}


def context_folder(tmp_path: Path, host: str) -> Path:
    """A docker configuration whose current context points to ``host``."""
    digest = hashlib.sha256(b"elsewhere").hexdigest()
    meta = tmp_path / "contexts" / "meta" / digest
    meta.mkdir(parents=True)
    endpoint = {"Name": "elsewhere", "Endpoints": {"docker": {"Host": host}}}
    (meta / "meta.json").write_text(json.dumps(endpoint), encoding="utf-8")
    (tmp_path / "config.json").write_text('{"currentContext": "elsewhere"}', encoding="utf-8")
    return tmp_path


@pytest.mark.engine
def test_a_working_engine_can_run() -> None:
    code, findings = run_doctor(DOCKER_HOST=SOCKET)
    assert code == 0, [f for f in findings.values() if f["status"] == "fail"]
    for name in ("engine", "cgroup", "storage driver", "seccomp", "kernel", "clock", "memory"):
        assert findings[name]["detail"], name
    assert {"image python", "image javascript", "image cpp"} <= set(findings)


def test_every_problem_comes_with_its_fix() -> None:
    code, findings = run_doctor(DOCKER_HOST="unix:///nowhere/docker.sock")
    assert code == 4
    assert "/nowhere/docker.sock" in findings["engine"]["detail"]
    assert "DOCKER_HOST" in findings["engine"]["fix"]


@pytest.mark.engine
def test_the_current_docker_context_is_honoured(tmp_path: Path) -> None:
    code, _ = run_doctor(DOCKER_CONFIG=str(context_folder(tmp_path, SOCKET)))
    assert code == 0


def test_a_context_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    folder = context_folder(tmp_path, "unix:///nowhere/docker.sock")
    code, findings = run_doctor(DOCKER_CONFIG=str(folder))
    assert code == 4
    assert "elsewhere" in findings["engine"]["detail"]


def test_a_context_that_does_not_exist_is_named(tmp_path: Path) -> None:
    code, findings = run_doctor(DOCKER_CONFIG=str(tmp_path), DOCKER_CONTEXT="missing")
    assert code == 4
    assert "missing" in findings["engine"]["detail"]


@pytest.mark.engine
def test_a_runtime_the_engine_does_not_know_fails() -> None:
    code, findings = run_doctor(DOCKER_HOST=SOCKET, HARNESS_RUNTIME="no-such-runtime")
    assert code == 4
    assert "no-such-runtime" in findings["runtime"]["detail"]
    assert "runc" in findings["runtime"]["fix"]


@pytest.mark.engine
def test_a_runtime_the_engine_knows_is_named() -> None:
    code, findings = run_doctor(DOCKER_HOST=SOCKET, HARNESS_RUNTIME="runc")
    assert code == 0
    assert findings["runtime"]["detail"] == "runc"


def test_settings_that_cannot_be_read_are_a_finding() -> None:
    code, findings = run_doctor(HARNESS_WORKERS="many")
    assert code == 4
    assert "workers" in findings["settings"]["detail"]


@pytest.mark.engine
@pytest.mark.parametrize(
    ("facts", "name", "status"),
    [
        ({"PidsLimit": False}, "cgroup", Status.FAIL),
        ({"SwapLimit": False}, "cgroup", Status.WARN),
        ({"SecurityOptions": []}, "seccomp", Status.FAIL),
        ({"Driver": "vfs"}, "storage driver", Status.WARN),
        ({"MemTotal": 512 * 2**20, "KernelVersion": "5.4.0-remote"}, "memory", Status.FAIL),
        ({"KernelVersion": "3.10.0"}, "kernel", Status.WARN),
        ({"SystemTime": "2001-01-01T00:00:00.123456789Z"}, "clock", Status.WARN),
        ({"OSType": "windows"}, "containers", Status.FAIL),
    ],
)
def test_what_an_unfit_engine_says_is_understood(
    facts: dict[str, object], name: str, status: Status
) -> None:
    connected = engine.client()
    info = {**connected.info(), **facts}
    subject = doctor.Subject(load_settings(), connected, info, connected.version())
    found = {finding.name: finding for check in doctor.CHECKS for finding in check(subject)}
    assert found[name].status is status
    assert found[name].fix
    others = replace(subject, info=connected.info())
    healthy: list[Finding] = [f for check in doctor.CHECKS for f in check(others)]
    assert all(finding.status is not Status.FAIL for finding in healthy)


@pytest.mark.engine
def test_where_no_dotnet_can_be_fetched_an_sdk_image_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = engine.client()
    version = {**connected.version(), "Arch": "arm64"}
    subject = doctor.Subject(load_settings(), connected, connected.info(), version)
    asked = {one.name: one for check in doctor.CHECKS for one in check(subject)}["image csharp"]
    assert (asked.status, "HARNESS_DOTNET_SDK" in asked.fix) == (Status.WARN, True)
    monkeypatch.setenv("HARNESS_DOTNET_SDK", "dotnet-sdk:8.0")
    given = {one.name: one for check in doctor.CHECKS for one in check(subject)}["image csharp"]
    assert given.detail in ("not built yet", "outdated: its files changed since")
