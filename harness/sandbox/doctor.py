"""Looks at everything a run needs and says what is wrong and how to put it right."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException

from harness.errors import HarnessError
from harness.sandbox import fetch, images, recipe
from harness.sandbox.engine import client as engine_client
from harness.sandbox.engine import runtime_problem
from harness.settings import Settings, load_settings

MIN_API = (1, 41)
MIN_DISK_GB, GOOD_DISK_GB = 2, 10
MIN_MEMORY_MB, GOOD_MEMORY_MB = 1024, 4096
MAX_SKEW_S = 5
_GOOD_STORAGE = ("overlay2", "overlayfs", "btrfs", "zfs", "stargz")


class Status(StrEnum):
    """FAIL means that a run could not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was seen, and what to do unless it is fine."""

    name: str
    status: Status
    detail: str
    fix: str = ""


@dataclass(frozen=True)
class Subject:
    """What the checks look at. ``info`` and ``version`` are the engine's own words."""

    settings: Settings
    engine: docker.DockerClient
    info: dict[str, Any]
    version: dict[str, Any]


def examine() -> list[Finding]:
    """Every finding, most basic first. An engine that does not answer ends the list."""
    findings = []
    try:
        settings = load_settings()
        findings.append(_home(settings))
        engine = engine_client()
        subject = Subject(settings, engine, engine.info(), engine.version())
    except HarnessError as error:
        where = "engine" if findings else "settings"
        return [*findings, Finding(where, Status.FAIL, error.message, error.fix or "")]
    for check in CHECKS:
        try:
            findings.extend(check(subject))
        except (DockerException, OSError, HarnessError, KeyError, ValueError) as error:
            name = check.__name__.strip("_").replace("_", " ")
            detail = f"could not be looked at: {error}"
            findings.append(Finding(name, Status.WARN, detail, "report it with `docker info`"))
    return findings


def _home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding("home", Status.FAIL, str(error), "set HARNESS_HOME to a folder of yours")
    if not os.access(settings.home, os.W_OK):
        fix = "set HARNESS_HOME to a folder of yours"
        return Finding("home", Status.FAIL, f"{settings.home} is not writable", fix)
    return Finding("home", Status.OK, str(settings.home))


def _engine(subject: Subject) -> Iterator[Finding]:
    api = str(subject.version["ApiVersion"])
    old = tuple(int(part) for part in api.split(".")) < MIN_API
    detail = f"{subject.version['Version']}, API {api}"
    fix = "upgrade the engine: Docker 20.10 or newer is needed" if old else ""
    yield Finding("engine", Status.FAIL if old else Status.OK, detail, fix)
    kind = str(subject.info.get("OSType", "linux"))
    if kind != "linux":
        fix = "switch Docker Desktop to Linux containers"
        yield Finding("containers", Status.FAIL, f"the engine runs {kind} containers", fix)


def _kernel(subject: Subject) -> Iterator[Finding]:
    detail = f"{subject.info['KernelVersion']}, {subject.info['OperatingSystem']}"
    numbers = re.match(r"(\d+)\.(\d+)", str(subject.info["KernelVersion"]))
    old = numbers is not None and (int(numbers[1]), int(numbers[2])) < (4, 18)
    fix = "use a kernel of 4.18 or newer: older ones lack limits the sandbox needs" if old else ""
    yield Finding("kernel", Status.WARN if old else Status.OK, detail, fix)


def _architecture(subject: Subject) -> Iterator[Finding]:
    name = str(subject.version["Arch"])
    if name in ("amd64", "arm64"):
        note = "arm64: images are built for arm64; timings do not compare with amd64 runs"
        yield Finding("architecture", Status.OK, note if name == "arm64" else name)
    else:
        yield Finding(
            "architecture", Status.FAIL, name, "use an amd64 or arm64 engine: wheels are pinned"
        )


def _cgroup(subject: Subject) -> Iterator[Finding]:
    info = subject.info
    version = f"v{info.get('CgroupVersion', '1')}, driver {info.get('CgroupDriver', '?')}"
    needed = {"MemoryLimit": "memory", "PidsLimit": "pids", "CpuCfsQuota": "cpu"}
    missing = [word for key, word in needed.items() if not info.get(key)]
    if missing:
        fix = "enable these cgroup controllers (a rootless engine needs systemd delegation)"
        detail = f"{version}; no limit possible on: {', '.join(missing)}"
        yield Finding("cgroup", Status.FAIL, detail, fix)
    elif not info.get("SwapLimit", True):
        fix = "boot with swapaccount=1, or switch swap off"
        yield Finding("cgroup", Status.WARN, f"{version}; swap cannot be limited", fix)
    else:
        yield Finding("cgroup", Status.OK, version)


def _storage(subject: Subject) -> Iterator[Finding]:
    driver = str(subject.info["Driver"])
    good = driver in _GOOD_STORAGE
    fix = "" if good else "use the overlay2 storage driver: this one copies whole images"
    yield Finding("storage driver", Status.OK if good else Status.WARN, driver, fix)


def _disk(subject: Subject) -> Iterator[Finding]:
    root = Path(str(subject.info["DockerRootDir"]))
    # A remote engine, or Docker Desktop's, keeps its data where this process cannot look.
    places = [("disk (home)", subject.settings.home)]
    if root.is_dir():
        places.append(("disk (engine)", root))
    for name, folder in places:
        free_gb = shutil.disk_usage(folder).free / 1e9
        status = _grade(free_gb, MIN_DISK_GB, GOOD_DISK_GB)
        fix = "" if status is Status.OK else "harness images prune; docker system prune"
        yield Finding(name, status, f"{free_gb:.1f} GB free at {folder}", fix)


def _memory(subject: Subject) -> Iterator[Finding]:
    total_mb = int(subject.info["MemTotal"]) // 2**20
    free_mb = _available_mb() if _is_local(subject) else None
    usable_mb = total_mb if free_mb is None else free_mb
    status = _grade(usable_mb, MIN_MEMORY_MB, GOOD_MEMORY_MB)
    fix = "" if status is Status.OK else "close programs, or give the engine more memory"
    detail = f"{total_mb} MB" + ("" if free_mb is None else f", {free_mb} MB available")
    yield Finding("memory", status, f"{detail}, {subject.info['NCPU']} CPUs", fix)


def _available_mb() -> int | None:
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) // 1024 if found else None


def _is_local(subject: Subject) -> bool:
    return str(subject.info.get("KernelVersion")) == platform.release()


def _grade(value: float, least: float, good: float) -> Status:
    if value < least:
        return Status.FAIL
    return Status.OK if value >= good else Status.WARN


def _seccomp(subject: Subject) -> Iterator[Finding]:
    options = [str(option) for option in subject.info.get("SecurityOptions") or []]
    if any("name=seccomp" in option for option in options):
        extra = [o.removeprefix("name=").split(",")[0] for o in options if "seccomp" not in o]
        detail = "available" + (f"; also {', '.join(extra)}" if extra else "")
        yield Finding("seccomp", Status.OK, detail)
    else:
        fix = (
            "use an engine and a kernel built with seccomp: without it system calls are unfiltered"
        )
        yield Finding("seccomp", Status.FAIL, "not available", fix)


def _runtime(subject: Subject) -> Iterator[Finding]:
    wanted = subject.settings.runtime
    problem = runtime_problem(subject.info, wanted)
    if problem:
        yield Finding("runtime", Status.FAIL, *problem)
    else:
        default = f"{subject.info.get('DefaultRuntime', 'runc')} (the engine's default)"
        yield Finding("runtime", Status.OK, wanted or default)


def _clock(subject: Subject) -> Iterator[Finding]:
    text = str(subject.info["SystemTime"])
    # Nanoseconds are more than fromisoformat of 3.11 reads.
    seconds = re.sub(r"\.\d+", "", text).replace("Z", "+00:00")
    skew_s = abs((dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(seconds)).total_seconds())
    bad = skew_s > MAX_SKEW_S
    fix = "restart Docker Desktop, or synchronise both clocks (NTP)" if bad else ""
    detail = f"engine and host are {skew_s:.0f} s apart" if bad else "engine and host agree"
    yield Finding("clock", Status.WARN if bad else Status.OK, detail, fix)


def _images(subject: Subject) -> Iterator[Finding]:
    found = images.list_images(subject.engine)
    for language in recipe.languages():
        mine = [ref for ref in found if ref.language == language]
        current = next((ref for ref in mine if ref.current), None)
        fix = f"harness images build {language}   (a run builds it too)"
        if _needs_sdk(subject, language):
            detail = f"not possible on {subject.version['Arch']} with what can be fetched"
            yield Finding(f"image {language}", Status.WARN, detail, fetch.NEEDS_SDK)
            continue
        if current is not None:
            detail = ", ".join(f"{tool} {version}" for tool, version in current.versions.items())
            yield Finding(f"image {language}", Status.OK, detail)
        else:
            detail = "outdated: its files changed since" if mine else "not built yet"
            yield Finding(f"image {language}", Status.WARN, detail, fix)


def _needs_sdk(subject: Subject, language: str) -> bool:
    """Whether the language's toolchain can be fetched for amd64 only, and this is not amd64."""
    fetched = recipe.recipe(language).toolchain
    amd64_only = recipe.SDK_DOCKERFILE in fetched and "requirements.txt" in fetched
    return amd64_only and str(subject.version["Arch"]) != "amd64"


CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    _engine,
    _kernel,
    _architecture,
    _cgroup,
    _storage,
    _seccomp,
    _runtime,
    _clock,
    _disk,
    _memory,
    _images,
)
