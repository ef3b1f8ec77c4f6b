"""Finds, builds, lists and removes the sandbox images.

    rootfs → harness-base → harness-toolchain-<language> → harness-<language>

Every tag is a content hash, so an image is current exactly if its tag exists. The last layer
(agent and driver) is small: a changed driver rebuilds in a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound

from harness.errors import ImageError
from harness.sandbox import recipe as recipes
from harness.sandbox.builder import VERSION_LABEL, build_base, build_language
from harness.sandbox.engine import client as engine_client
from harness.sandbox.fetch import cache_folder
from harness.sandbox.host import Say
from harness.sandbox.recipe import Recipe, recipe

try:
    import fcntl
except ImportError:  # Windows: two builds at once only cost time there
    fcntl = None  # type: ignore[assignment]

_BUILD_S = 1800
_IN_USE_OR_GONE = (404, 409)


@dataclass(frozen=True)
class ImageRef:
    """One image. ``id`` is the engine's (sha256:…); ``current`` if today's files make it."""

    language: str
    tag: str
    id: str
    labels: Mapping[str, str] = field(default_factory=dict)
    size_mb: int = 0
    current: bool = True

    @property
    def versions(self) -> dict[str, str]:
        """Tool → version as the smoke test printed them, e.g. {"python": "3.13.5"}."""
        return {
            key.removeprefix(VERSION_LABEL): value
            for key, value in self.labels.items()
            if key.startswith(VERSION_LABEL)
        }


def image_for(language: str) -> ImageRef:
    """The current image of a language. Raises ImageError if it has not been built."""
    found = _find(engine_client(), recipe(language))
    if found is None:
        raise ImageError(
            f"the {language} image is not built", fix=f"harness images build {language}"
        )
    return found


def ensure_images(
    languages: Iterable[str],
    *,
    progress: Say | None = None,
    engine: docker.DockerClient | None = None,
) -> dict[str, ImageRef]:
    """Current images by language; missing ones are built, ``progress`` gets one line a step."""
    plans = [recipe(language) for language in dict.fromkeys(languages)]
    engine = engine or engine_client()
    found = {plan.language: _find(engine, plan) for plan in plans}
    complete = {language: ref for language, ref in found.items() if ref is not None}
    if len(complete) == len(plans):
        return complete
    return build([plan.language for plan in plans], progress=progress)


def build(
    languages: Iterable[str] = (), *, progress: Say | None = None, refresh: bool = False
) -> dict[str, ImageRef]:
    """Build what is missing (``refresh``: everything, from today's packages).

    No language means all. Languages build side by side: one downloads while another unpacks.
    Raises ImageError with the end of the build log.
    """
    say: Say = progress or _silent
    plans = [recipe(language) for language in dict.fromkeys(languages) or recipes.languages()]
    engine = engine_client(timeout_s=_BUILD_S)
    with _build_lock():
        stale = [plan for plan in plans if refresh or _find(engine, plan) is None]
        if stale:
            build_base(engine, stale[0], say, refresh=refresh)
        with ThreadPoolExecutor(max_workers=max(1, len(stale))) as threads:
            jobs = [
                threads.submit(build_language, engine, plan, say, refresh=refresh) for plan in stale
            ]
            for job in jobs:
                job.result()
        found = {plan.language: _find(engine, plan) for plan in plans}
    return {language: ref for language, ref in found.items() if ref is not None}


def list_images(engine: docker.DockerClient | None = None) -> list[ImageRef]:
    """Every language image on the engine, old ones included (``current`` false)."""
    engine = engine or engine_client()
    current = {recipe(language).tag for language in recipes.languages()}
    found = [
        _ref(image, tag, current=tag in current)
        for image in engine.images.list(filters={"label": "harness.kind=language"})
        for tag in image.tags
    ]
    return sorted(found, key=lambda ref: (ref.language, not ref.current, ref.tag))


def outdated(languages: Iterable[str] = ()) -> dict[str, int]:
    """Images that today's files do not make, with their sizes in MB. No language means all.

    Names are tags, and ids of images whose tag a rebuild took over. Layers may be shared with
    images that stay, so that removing them may free less.
    """
    engine = engine_client()
    only = set(languages)
    plans = [recipe(language) for language in recipes.languages()]
    keep = {tag for plan in plans for tag in (plan.tag, plan.toolchain_tag, plan.base_tag)}
    return {
        name: int(image.attrs.get("Size", 0)) // 1_000_000
        for kind in ("language", "toolchain", "base")
        for image in engine.images.list(filters={"label": f"harness.kind={kind}"})
        if not only or image.labels.get("harness.language") in only
        for name in image.tags or [image.id]
        if name not in keep
    }


def prune(languages: Iterable[str] = ()) -> list[str]:
    """Remove the outdated images; returns the names of those that could be."""
    old = list(outdated(languages))
    engine = engine_client()
    return [name for name in old if _remove(engine, name)]


def remove(name: str) -> bool:
    """Remove one image; False if it is in use or gone already."""
    return _remove(engine_client(), name)


def _silent(line: str) -> None:
    """Progress for callers that want none."""


def _remove(engine: docker.DockerClient, name: str) -> bool:
    try:
        engine.images.remove(name)
    except APIError as error:
        if error.status_code in _IN_USE_OR_GONE:
            return False
        raise
    return True


def _find(engine: docker.DockerClient, plan: Recipe) -> ImageRef | None:
    try:
        return _ref(engine.images.get(plan.tag), plan.tag, current=True)
    except ImageNotFound:
        return None


def _ref(image: Any, tag: str, *, current: bool) -> ImageRef:
    labels = dict(image.labels)
    size_mb = int(image.attrs.get("Size", 0)) // 1_000_000
    return ImageRef(labels.get("harness.language", "?"), tag, image.id, labels, size_mb, current)


@contextmanager
def _build_lock() -> Iterator[None]:
    """One build at a time per HARNESS_HOME; a second one waits and then finds the images."""
    with (cache_folder("images") / "build.lock").open("w") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
