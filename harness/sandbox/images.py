"""Builds, finds and removes the sandbox images.

    rootfs ─► harness-base ─► harness-toolchain-<language> ─► harness-<language>

Every tag is a content hash, so an image is current exactly if its tag exists. The last layer
(agent and driver) is small: a changed driver rebuilds in a second.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.errors import APIError, BuildError, ImageNotFound

from harness.errors import ImageError
from harness.sandbox import recipe as recipes
from harness.sandbox.bootstrap import Say, ensure_rootfs
from harness.sandbox.engine import client as engine_client
from harness.sandbox.fetch import add_fetched, cache_folder
from harness.sandbox.recipe import Context, Recipe, recipe

try:
    import fcntl
except ImportError:  # Windows: two builds at once only cost time there
    fcntl = None  # type: ignore[assignment]

_BUILD_S = 1800
_SMOKE_TMPFS = {"/tmp": "size=256m,mode=1777,exec"}
_VERSION = "harness.version."


@dataclass(frozen=True)
class ImageRef:
    """One image. ``id`` is the engine's (sha256:…); ``versions`` what the smoke test printed."""

    language: str
    tag: str
    id: str
    labels: Mapping[str, str] = field(default_factory=dict)
    size_mb: int = 0
    current: bool = True

    @property
    def versions(self) -> dict[str, str]:
        """Tool → version, e.g. {"python": "3.13.5", "numpy": "2.5.5"}."""
        return {
            key.removeprefix(_VERSION): value
            for key, value in self.labels.items()
            if key.startswith(_VERSION)
        }


def image_for(language: str) -> ImageRef:
    """The current image of a language. Raises ImageError if it has not been built."""
    found = _find(engine_client(), recipe(language))
    if found is None:
        raise ImageError(
            f"the {language} image is not built", fix=f"harness images build {language}"
        )
    return found


def ensure_images(languages: Iterable[str], *, progress: Say | None = None) -> dict[str, ImageRef]:
    """Current images by language; missing ones are built, ``progress`` gets one line a step."""
    wanted = [recipe(language) for language in dict.fromkeys(languages)]
    engine = engine_client()
    found = {plan.language: _find(engine, plan) for plan in wanted}
    if not all(found.values()):
        return build([plan.language for plan in wanted], progress=progress)
    return {language: ref for language, ref in found.items() if ref is not None}


def build(
    languages: Iterable[str] = (), *, progress: Say | None = None, refresh: bool = False
) -> dict[str, ImageRef]:
    """Build what is missing (``refresh``: everything, from today's packages).

    No language means all. Languages build side by side: one downloads while another unpacks.
    Raises ImageError with the end of the build log.
    """
    say: Say = progress or (lambda line: None)
    plans = [recipe(language) for language in dict.fromkeys(languages) or recipes.languages()]
    engine = engine_client(timeout_s=_BUILD_S)
    with _build_lock():
        stale = [plan for plan in plans if refresh or _find(engine, plan) is None]
        if stale:
            _ensure_base(engine, stale, say, refresh)
        with ThreadPoolExecutor(max_workers=max(1, len(stale))) as threads:
            jobs = [threads.submit(_build_language, engine, p, say, refresh) for p in stale]
            for job in jobs:
                job.result()
    refs = {plan.language: _find(engine, plan) for plan in plans}
    return {language: ref for language, ref in refs.items() if ref is not None}


def list_images() -> list[ImageRef]:
    """Every language image on the engine, old ones included (``current`` false)."""
    engine = engine_client()
    current = {recipe(language).tag for language in recipes.languages()}
    found = [
        _ref(image, tag, tag in current)
        for image in engine.images.list(filters={"label": "harness.kind=language"})
        for tag in image.tags
    ]
    return sorted(found, key=lambda ref: (ref.language, not ref.current, ref.tag))


def prune(languages: Iterable[str] = ()) -> list[str]:
    """Remove images no current recipe uses; returns their tags. No language means all."""
    engine = engine_client()
    only = set(languages)
    plans = [recipe(language) for language in recipes.languages()]
    keep = {tag for plan in plans for tag in (plan.tag, plan.toolchain_tag, plan.base_tag)}
    removed: list[str] = []
    for kind in ("language", "toolchain", "base"):
        for image in engine.images.list(filters={"label": f"harness.kind={kind}"}):
            language = image.labels.get("harness.language", "base")
            for tag in image.tags if not only or language in only else []:
                if tag not in keep and _remove(engine, tag):
                    removed.append(tag)
    return removed


def _remove(engine: docker.DockerClient, tag: str) -> bool:
    try:
        engine.images.remove(tag)
    except APIError as error:
        if error.status_code in (404, 409):  # gone already, or a live container stands on it
            return False
        raise
    return True


def _find(engine: docker.DockerClient, plan: Recipe) -> ImageRef | None:
    try:
        return _ref(engine.images.get(plan.tag), plan.tag, True)
    except ImageNotFound:
        return None


def _ref(image: Any, tag: str, current: bool) -> ImageRef:
    labels = dict(image.labels)
    size_mb = int(image.attrs.get("Size", 0)) // 1_000_000
    return ImageRef(labels.get("harness.language", "?"), tag, image.id, labels, size_mb, current)


def _exists(engine: docker.DockerClient, tag: str) -> bool:
    try:
        engine.images.get(tag)
    except ImageNotFound:
        return False
    return True


@contextmanager
def _build_lock() -> Iterator[None]:
    """One build at a time per HARNESS_HOME; a second one waits and then finds the images."""
    with (cache_folder("images") / "build.lock").open("w") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _ensure_base(engine: docker.DockerClient, plans: list[Recipe], say: Say, refresh: bool) -> None:
    tag = plans[0].base_tag
    if _exists(engine, tag) and not refresh:
        return
    rootfs = ensure_rootfs(engine, say, refresh=refresh)
    say("base: building")
    labels = {"harness.kind": "base"}
    _docker_build(
        engine, tag, recipes.base_context, {"ROOTFS": rootfs}, labels, "base", refresh=refresh
    )


def _build_language(engine: docker.DockerClient, plan: Recipe, say: Say, refresh: bool) -> None:
    name = plan.language
    labels = {"harness.language": name, "harness.kind": "toolchain"}
    if refresh or not _exists(engine, plan.toolchain_tag):
        say(f"{name}: fetching and building the toolchain")
        architecture = str(engine.version()["Arch"])

        def fill(context: Context) -> None:
            recipes.toolchain_context(plan, context)
            add_fetched(plan, architecture, context)

        base = {"BASE": plan.base_tag}
        _docker_build(engine, plan.toolchain_tag, fill, base, labels, name, refresh=refresh)
    say(f"{name}: adding agent and driver, testing")
    draft = _docker_build(
        engine,
        f"harness-draft-{name}:{plan.final_hash}",
        lambda context: recipes.final_context(plan, context),
        {"TOOLCHAIN": plan.toolchain_tag, "LANGUAGE": name},
        labels,
        name,
    )
    _finish(engine, plan, draft)
    say(f"{name}: ready")


def _finish(engine: docker.DockerClient, plan: Recipe, draft: str) -> None:
    """Smoke-test the draft; only an image that passed gets the tag that makes it current."""
    versions = _smoke(engine, plan, draft)
    labels = {"harness.kind": "language", "harness.language": plan.language}
    labels |= {_VERSION + key: value for key, value in sorted(versions.items())}
    text = f'FROM {draft}\nCMD ["{plan.language}"]\n'

    def fill(context: Context) -> None:
        context.add("Dockerfile", text.encode())

    _docker_build(engine, plan.tag, fill, {}, labels, plan.language)
    _remove(engine, draft)


def _smoke(engine: docker.DockerClient, plan: Recipe, image: str) -> dict[str, str]:
    """Run smoke.sh as the agent would be run: no network, read-only root, scratch in memory."""
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
        code = container.wait(timeout=300)["StatusCode"]
        output = container.logs(stdout=True, stderr=code != 0).decode("utf-8", "replace")
    finally:
        container.remove(force=True)
    if code != 0:
        tail = "\n".join(output.splitlines()[-30:])
        raise ImageError(
            f"the {plan.language} image was built but its smoke test fails:\n{tail}",
            fix=f"harness images build {plan.language} --refresh",
        )
    pairs = (line.partition("=") for line in output.splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _docker_build(
    engine: docker.DockerClient,
    tag: str,
    fill: Callable[[Context], None],
    arguments: dict[str, str],
    labels: dict[str, str],
    name: str,
    refresh: bool = False,
) -> str:
    """Build ``tag`` from a context filled by ``fill``; returns the tag."""
    log: list[str] = []
    with tempfile.TemporaryFile(prefix="harness-context-") as file:
        context = Context(file)
        fill(context)
        context.close()
        file.seek(0)
        try:
            for event in engine.api.build(
                fileobj=file,
                custom_context=True,
                tag=tag,
                buildargs=arguments,
                labels=labels,
                nocache=refresh,
                rm=True,
                forcerm=True,
                decode=True,
            ):
                log.extend(str(event.get("stream") or event.get("error") or "").splitlines())
                if "error" in event:
                    raise _build_error(name, log)
        except (APIError, BuildError, OSError) as error:
            log.append(str(error))
            raise _build_error(name, log) from error
    return tag


def _build_error(name: str, log: list[str]) -> ImageError:
    tail = "\n".join([line for line in log if line.strip()][-30:])
    fix = "read the log above, then: harness images build " + ("" if name == "base" else name)
    if "no space left" in tail.lower():
        fix = (
            "the engine's disk is full: harness images prune, docker system prune, then build again"
        )
    elif "apt-get" in tail and "Unable to" in tail:
        fix = "containers cannot reach Debian's packages: check the engine's network and DNS"
    return ImageError(f"building the {name} image failed; the end of its log:\n{tail}", fix=fix)
