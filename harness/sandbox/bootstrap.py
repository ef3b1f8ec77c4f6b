"""The root file system all images stand on: Debian trixie, pulled or bootstrapped.

The public slim image is used if a registry answers at once. Where none does, mmdebstrap makes
the same minimal system from Debian's own packages and it is imported. Both carry the same labels.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import docker
from docker.errors import APIError, DockerException

from harness.errors import ImageError
from harness.sandbox.engine import client as engine_client
from harness.sandbox.host import Say, need, run
from harness.sandbox.recipe import SUITE

PUBLIC = f"debian:{SUITE}-slim"
_ANSWER_S = 10
_PULL_S = 900
_BOOTSTRAP_S = 1200


def ensure_rootfs(engine: docker.DockerClient, say: Say, *, refresh: bool = False) -> str:
    """Tag of the root file system for the engine's architecture, made if missing."""
    architecture = str(engine.version()["Arch"])
    tag = f"harness-rootfs:{SUITE}-{architecture}"
    if not refresh and engine.images.list(name=tag):
        return tag
    reason = _registry_silence()
    if reason is None:
        say(f"base: pulling {PUBLIC}")
        _pull(tag)
    else:
        say(f"base: {PUBLIC} cannot be pulled ({reason}); bootstrapping with mmdebstrap")
        _bootstrap(tag, architecture, say)
    return tag


def _registry_silence() -> str | None:
    """None if the registry offers the public image, else why not (one line)."""
    try:
        engine_client(timeout_s=_ANSWER_S).api.inspect_distribution(PUBLIC)
    except (DockerException, OSError) as error:
        text = getattr(error, "explanation", None) or str(error)
        return "no such host" if "no such host" in text else text.splitlines()[0][:120]
    return None


def _labels(origin: str) -> dict[str, str]:
    return {"harness.kind": "rootfs", "harness.suite": SUITE, "harness.origin": origin}


def _pull(tag: str) -> None:
    engine = engine_client(timeout_s=_PULL_S)
    try:
        image = engine.images.pull(PUBLIC)
    except APIError as error:
        raise ImageError(
            f"pulling {PUBLIC} failed: {error.explanation}", fix="try again"
        ) from error
    # A stopped container's commit adds the labels without a build.
    holder = engine.containers.create(image.id, command="true")
    try:
        changes = [f"LABEL {key}={value}" for key, value in _labels("pulled").items()]
        repository, _, version = tag.partition(":")
        holder.commit(repository=repository, tag=version, changes=changes)
    finally:
        holder.remove(force=True)


def _bootstrap(tag: str, architecture: str, say: Say) -> None:
    otherwise = f"make `docker pull {PUBLIC}` work, or: sudo apt-get install mmdebstrap"
    need("mmdebstrap", ["mmdebstrap", "debian-archive-keyring"], say, otherwise)
    with tempfile.TemporaryDirectory(prefix="harness-rootfs-") as scratch:
        archive = Path(scratch) / "rootfs.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--architectures={architecture}"]
        done = run([*command, SUITE, str(archive)], _BOOTSTRAP_S)
        if not done.ok:
            raise ImageError(
                f"mmdebstrap failed:\n{done.tail}",
                fix="apt-get install debian-archive-keyring, free some disk, or make "
                f"`docker pull {PUBLIC}` work; then: harness images build",
            )
        _import(tag, archive)


def _import(tag: str, archive: Path) -> None:
    repository, _, version = tag.partition(":")
    changes = [f"LABEL {key}={value}" for key, value in _labels("bootstrapped").items()]
    api = engine_client(timeout_s=_PULL_S).api
    answer = api.import_image_from_file(
        str(archive), repository=repository, tag=version, changes=changes
    )
    if "errorDetail" in str(answer):
        raise ImageError(f"the engine refused the bootstrapped system: {answer}")
