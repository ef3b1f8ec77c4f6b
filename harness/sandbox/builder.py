"""Builds one image layer by layer and tests it before it may be used."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable

import docker
from docker.errors import APIError, DockerException

from harness.errors import ImageError
from harness.sandbox.bootstrap import ensure_rootfs
from harness.sandbox.fetch import add_fetched
from harness.sandbox.host import Say
from harness.sandbox.recipe import Context, Recipe

VERSION_LABEL = "harness.version."
_LOG_TAIL = 30
_SMOKE_S = 300
_SMOKE_TMPFS = {"/tmp": "size=256m,mode=1777,exec"}  # noqa: S108 - inside the container


def exists(engine: docker.DockerClient, tag: str) -> bool:
    """Whether the engine has an image of this tag."""
    return bool(engine.images.list(name=tag))


def build_base(engine: docker.DockerClient, plan: Recipe, say: Say, *, refresh: bool) -> None:
    """The layer all languages share, and the root file system under it, if missing."""
    if exists(engine, plan.base_tag) and not refresh:
        return
    rootfs = ensure_rootfs(engine, say, refresh=refresh)
    say("base: building")
    job = _Build(engine, "base", {"harness.kind": "base"}, refresh)
    job.run(plan.base_tag, lambda context: context.add_files(plan.base), {"ROOTFS": rootfs})


def build_language(engine: docker.DockerClient, plan: Recipe, say: Say, *, refresh: bool) -> None:
    """Toolchain if missing, then agent and driver, then the smoke test, then the final tag."""
    name = plan.language
    labels = {"harness.language": name, "harness.kind": "toolchain"}
    if refresh or not exists(engine, plan.toolchain_tag):
        say(f"{name}: fetching and building the toolchain")
        job = _Build(engine, name, labels, refresh)
        job.run(plan.toolchain_tag, _toolchain(engine, plan, say), {"BASE": plan.base_tag})
    say(f"{name}: adding agent and driver, testing")
    # A name of its own: another process may be building the same image.
    draft = f"harness-draft-{plan.tag.removeprefix('harness-')}-{secrets.token_hex(4)}"
    arguments = {"TOOLCHAIN": plan.toolchain_tag, "LANGUAGE": name}
    # This layer fetches nothing.
    _Build(engine, name, labels, network="none").run(draft, _final(plan), arguments)
    _finish(engine, plan, draft)
    say(f"{name}: ready")


def _toolchain(engine: docker.DockerClient, plan: Recipe, say: Say) -> Callable[[Context], None]:
    architecture = str(engine.version()["Arch"])

    def fill(context: Context) -> None:
        context.add_files(plan.toolchain)
        add_fetched(plan, architecture, context, say)

    return fill


def _final(plan: Recipe) -> Callable[[Context], None]:
    def fill(context: Context) -> None:
        context.folder("agent")
        context.folder("driver")
        context.add_files(plan.final)

    return fill


def _finish(engine: docker.DockerClient, plan: Recipe, draft: str) -> None:
    """Only an image that passed its test gets the tag that makes it current."""
    try:
        versions = _smoke(engine, plan, draft)
        labels = {"harness.kind": "language", "harness.language": plan.language}
        labels |= {VERSION_LABEL + key: value for key, value in sorted(versions.items())}
        text = f'FROM {draft}\nCMD ["{plan.language}"]\n'
        job = _Build(engine, plan.language, labels)
        job.run(plan.tag, lambda context: context.add("Dockerfile", text.encode()), {})
    finally:
        engine.images.remove(draft, force=True)


def _smoke(engine: docker.DockerClient, plan: Recipe, image: str) -> dict[str, str]:
    """Run smoke.sh the way slots run: no network, read-only root, scratch in memory."""
    container = engine.containers.create(
        image,
        entrypoint=["/bin/sh", "-eu", "-c", plan.smoke],
        network_mode="none",
        read_only=True,
        tmpfs=_SMOKE_TMPFS,
        labels={"harness.smoke": plan.language},
    )
    try:
        container.start()
        code = container.wait(timeout=_SMOKE_S)["StatusCode"]
        output = container.logs(stdout=True, stderr=code != 0).decode("utf-8", "replace")
    finally:
        container.remove(force=True)
    if code != 0:
        tail = "\n".join(output.splitlines()[-_LOG_TAIL:])
        raise ImageError(
            f"the {plan.language} image was built but its smoke test fails:\n{tail}",
            fix=f"harness images build {plan.language} --refresh",
        )
    pairs = (line.partition("=") for line in output.splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


class _Build:
    """One `docker build` and its log."""

    def __init__(
        self,
        engine: docker.DockerClient,
        name: str,
        labels: dict[str, str],
        refresh: bool = False,
        network: str | None = None,
    ) -> None:
        self._engine, self._name, self._labels, self._refresh = engine, name, labels, refresh
        self._network = network
        self._log: list[str] = []

    def run(self, tag: str, fill: Callable[[Context], None], arguments: dict[str, str]) -> None:
        """Build ``tag`` from the context that ``fill`` makes. Raises ImageError with the log."""
        with tempfile.TemporaryFile(prefix="harness-context-") as file:
            context = Context(file)
            fill(context)
            context.close()
            file.seek(0)
            try:
                events = self._engine.api.build(
                    fileobj=file,
                    custom_context=True,
                    tag=tag,
                    buildargs=arguments,
                    labels=self._labels,
                    nocache=self._refresh,
                    network_mode=self._network,
                    rm=True,
                    forcerm=True,
                    decode=True,
                )
                failed = [self._note(event) for event in events]
            except (APIError, DockerException, OSError) as error:
                self._log.append(str(error))
                raise self._error() from error
        if any(failed):
            raise self._error()

    def _note(self, event: dict[str, object]) -> bool:
        text = str(event.get("stream") or event.get("error") or "")
        self._log.extend(line for line in text.splitlines() if line.strip())
        return "error" in event

    def _error(self) -> ImageError:
        tail = "\n".join(self._log[-_LOG_TAIL:])
        again = "harness images build" + ("" if self._name == "base" else f" {self._name}")
        fix = f"read the log above, then: {again}"
        if "no space left" in tail.lower():
            fix = f"the engine's disk is full: docker system prune, then: {again}"
        elif "Unable to locate package" in tail or "Temporary failure resolving" in tail:
            fix = f"containers cannot reach Debian's packages: check network and DNS, then: {again}"
        return ImageError(
            f"building the {self._name} image failed; the end of its log:\n{tail}", fix=fix
        )
