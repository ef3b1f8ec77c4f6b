"""Fetches what a toolchain needs from PyPI and npm, on the host, with the user's own clients.

Everything is pinned by hash in the sandbox's folder and kept under HARNESS_HOME/cache, so a
second build needs no network and a changed upload is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import tempfile
import zipfile
from pathlib import Path

from harness.errors import ImageError
from harness.sandbox.host import Say, need, run
from harness.sandbox.recipe import SDK_DOCKERFILE, Context, Recipe
from harness.settings import load_settings

_FETCH_S = 600
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_PYTHON = "3.13"
NEEDS_SDK = "set dotnet_sdk (HARNESS_DOTNET_SDK) to a .NET SDK image of this architecture"


def add_fetched(plan: Recipe, architecture: str, context: Context, say: Say) -> None:
    """Put wheels/ (requirements.txt) and node_modules/ (package-lock.json) into the context.

    architecture: the engine's, as Docker names it ("amd64", "arm64").
    """
    if SDK_DOCKERFILE in plan.toolchain and "requirements.txt" in plan.toolchain:
        _need_amd64(plan.language, architecture)
    requirements = plan.folder / "requirements.txt"
    if "requirements.txt" in plan.toolchain:
        for wheel in _wheels(requirements, architecture):
            _add_wheel(wheel, context)
    if "package-lock.json" in plan.toolchain:
        packages = json.loads(plan.toolchain["package-lock.json"])["packages"]
        for path, entry in sorted(packages.items()):
            if path:
                archive = npm_archive(path.removeprefix("node_modules/"), entry, say)
                context.add_archive(path, archive)


def _need_amd64(language: str, architecture: str) -> None:
    """The wheel that holds .NET is for amd64; elsewhere an SDK image must be named."""
    if architecture != "amd64":
        raise ImageError(
            f"{language}: no .NET runtime can be fetched for {architecture}", fix=NEEDS_SDK
        )


def cache_folder(kind: str) -> Path:
    """HARNESS_HOME/cache/<kind>, created."""
    folder = load_settings().home / "cache" / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _wheels(requirements: Path, architecture: str) -> list[Path]:
    """Wheels in name order. The folder's name is the list's hash; it appears when complete."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    done = cache_folder("wheels") / f"{digest}-{architecture}"
    if not done.is_dir():
        with tempfile.TemporaryDirectory(dir=done.parent) as scratch:
            _pip_download(requirements, architecture, Path(scratch) / "wheels")
            (Path(scratch) / "wheels").rename(done)
    return sorted(done.glob("*.whl"))


def _pip_download(requirements: Path, architecture: str, into: Path) -> None:
    machine = _MACHINES.get(architecture)
    if machine is None:
        raise ImageError(f"no wheels are pinned for {architecture}", fix="use amd64 or arm64")
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in (28, 27, 24, 17)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--python-version", _PYTHON, "--implementation", "cp"]
    for tag in (*platforms, f"manylinux2014_{machine}"):
        command += ["--platform", tag]
    done = run(
        [*command, "-d", str(into), "-r", str(requirements)],
        _FETCH_S,
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    if not done.ok:
        missing = "No module named pip" in done.tail
        raise ImageError(
            f"pip could not fetch what the image needs:\n{done.tail}",
            file=requirements,
            fix=f"{sys.executable} -m ensurepip"
            if missing
            else "make `pip download numpy` reach its registry, then build again",
        )


def _add_wheel(wheel: Path, context: Context) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for info in sorted(archive.infolist(), key=lambda item: item.filename):
            # *.data holds scripts and headers, which no response can reach.
            if not info.is_dir() and ".data/" not in info.filename:
                context.add(f"wheels/{info.filename}", archive.read(info))


def npm_archive(name: str, entry: dict[str, str], say: Say) -> bytes:
    """The package's tarball, checked against the lock's integrity."""
    algorithm, _, wanted = entry["integrity"].partition("-")
    digest = base64.b64decode(wanted)
    cached = cache_folder("npm") / f"{digest.hex()[:32]}.tgz"
    if not cached.is_file():
        need("npm", ["npm"], say, "install Node.js (it brings npm), then build again")
        cached.write_bytes(_npm_pack(f"{name}@{entry['version']}"))
    content = cached.read_bytes()
    if hashlib.new(algorithm, content).digest() != digest:
        cached.unlink()
        raise ImageError(
            f"{name} {entry['version']} is not the package that was pinned",
            file="package-lock.json",
            fix="check the npm registry you use, then: harness images build javascript",
        )
    return content


def _npm_pack(spec: str) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", spec, "--silent", "--ignore-scripts"]
        done = run([*command, "--pack-destination", scratch], _FETCH_S)
        if not done.ok:
            raise ImageError(
                f"npm could not fetch {spec}:\n{done.tail}",
                fix="make `npm view lodash` reach its registry, then build again",
            )
        return next(Path(scratch).glob("*.tgz")).read_bytes()
