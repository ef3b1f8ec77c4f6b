"""Images: what changes a tag, what is inside, and what happens when a build fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from docker.errors import ImageNotFound

from harness.errors import ImageError
from harness.sandbox import engine, fetch, images, recipe
from harness.sandbox.builder import build_language
from harness.sandbox.recipe import Context

LANGUAGES = ("python", "javascript", "cpp")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of sandboxes/ that a test may change, in force for the test."""
    folder = tmp_path / "sandboxes"
    shutil.copytree(recipe.sandboxes_folder(), folder)
    monkeypatch.setattr(recipe, "sandboxes_folder", lambda: folder)
    return folder


@pytest.fixture(scope="module")
def built() -> dict[str, images.ImageRef]:
    return images.ensure_images(LANGUAGES)


def in_image(ref: images.ImageRef, script: str) -> str:
    """What a shell script prints in the image; its last line proves that it got there."""
    container = engine.client().containers.create(
        ref.id, entrypoint=["/bin/sh", "-euc", script + "; echo; echo done"], network_mode="none"
    )
    try:
        container.start()
        container.wait(timeout=60)
        output = container.logs().decode()
    finally:
        container.remove(force=True)
    said, _, end = output.strip().rpartition("done")
    assert end == "", output
    return str(said.strip())


def tags() -> dict[str, str]:
    return {language: recipe.recipe(language).tag for language in LANGUAGES}


def changed(before: dict[str, str]) -> set[str]:
    after = tags()
    return {language for language in LANGUAGES if after[language] != before[language]}


@pytest.mark.parametrize(
    ("file", "rebuilt"),
    [
        ("python/new_driver_part.py", {"python"}),
        ("cpp/smoke.sh", {"cpp"}),
        ("javascript/package-lock.json", {"javascript"}),
        ("agent/agent.py", set(LANGUAGES)),
        ("base/Dockerfile", set(LANGUAGES)),
        ("base/toolchain/harden.sh", set(LANGUAGES)),
        ("final.Dockerfile", set(LANGUAGES)),
        ("python/README.md", set()),
        ("python/__pycache__/driver.cpython-313.pyc", set()),
    ],
)
def test_a_changed_file_rebuilds_exactly_the_images_it_is_in(
    copy: Path, file: str, rebuilt: set[str]
) -> None:
    before = tags()
    target = copy / file
    target.parent.mkdir(exist_ok=True)
    target.write_bytes((target.read_bytes() if target.exists() else b"") + b"\n# changed\n")
    assert changed(before) == rebuilt


def test_a_driver_change_keeps_the_toolchain(copy: Path) -> None:
    before = recipe.recipe("python")
    (copy / "python" / "driver.py").write_text("# another driver\n", encoding="utf-8")
    after = recipe.recipe("python")
    assert after.tag != before.tag
    assert after.toolchain_tag == before.toolchain_tag


def test_file_times_do_not_matter(copy: Path) -> None:
    before = tags()
    for file in copy.rglob("*"):
        file.touch()
    assert changed(before) == set()


def test_an_unknown_language_is_named_with_the_known_ones() -> None:
    with pytest.raises(ImageError, match="cobol") as caught:
        images.image_for("cobol")
    assert "python" in (caught.value.fix or "")


def test_a_named_sdk_image_is_the_whole_toolchain(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = recipe.recipe("csharp")
    monkeypatch.setenv("HARNESS_DOTNET_SDK", "example/sdk:8.0")
    given = recipe.recipe("csharp")
    assert given.toolchain["Dockerfile"].startswith(b"ARG SDK=example/sdk:8.0\n")
    assert not {"requirements.txt", "package-lock.json"} & set(given.toolchain)
    assert given.toolchain_tag != fetched.toolchain_tag
    assert given.final == fetched.final


def test_another_architecture_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    with (tmp_path / "context").open("wb") as file, pytest.raises(ImageError) as refused:
        fetch.add_fetched(recipe.recipe("csharp"), "arm64", Context(file), lambda _: None)
    assert "HARNESS_DOTNET_SDK" in str(refused.value.fix)


def test_an_npm_package_that_is_not_the_pinned_one_is_refused() -> None:
    entry = {"version": "1.0.0", "integrity": "sha512-" + "A" * 86 + "=="}
    cached = fetch.cache_folder("npm") / f"{'0' * 32}.tgz"
    cached.write_bytes(b"something else")
    with pytest.raises(ImageError, match=r"tiny 1\.0\.0 is not the package that was pinned"):
        fetch.npm_archive("tiny", entry, print)
    assert not cached.exists(), "a bad archive must not stay in the cache"


def test_equal_files_make_equal_contexts(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        with (tmp_path / name).open("w+b") as file:
            context = Context(file)
            context.add_files({"b": b"2", "a": b"1"})
            context.close()
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


@pytest.mark.engine
class TestBuilt:
    def test_a_second_call_builds_nothing(self, built: dict[str, images.ImageRef]) -> None:
        steps: list[str] = []
        again = images.ensure_images(LANGUAGES, progress=steps.append)
        assert steps == []
        assert {name: ref.id for name, ref in again.items()} == {
            name: ref.id for name, ref in built.items()
        }

    def test_labels_tell_the_versions(self, built: dict[str, images.ImageRef]) -> None:
        assert built["python"].versions["python"].startswith("3.13")
        assert int(built["javascript"].versions["node"].split(".")[0]) >= 20
        assert built["cpp"].versions["gxx"].startswith("14.")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_nothing_setuid_and_nothing_writable_by_all(
        self, built: dict[str, images.ImageRef], language: str
    ) -> None:
        script = (
            "find / -xdev -type f -perm /6000; "
            "find / -xdev ! -type l -perm -0002 ! -type c ! -path /tmp ! -path /work; "
            "find /opt/harness ! -user 0; find /opt/harness -perm /0022 ! -type l"
        )
        assert in_image(built[language], script) == ""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_agent_is_there_and_compiled(
        self, built: dict[str, images.ImageRef], language: str
    ) -> None:
        found = in_image(built[language], "ls /opt/harness/agent/__pycache__")
        assert "agent.cpython" in found

    def test_node_packages_load_from_any_folder(self, built: dict[str, images.ImageRef]) -> None:
        script = "cd /usr; env -i /usr/bin/node -p 'require(\"lodash\").sum([20, 22])'"
        assert in_image(built["javascript"], script) == "42"

    def test_a_changed_driver_is_what_the_new_image_holds(self, copy: Path) -> None:
        (copy / "python" / "note.txt").write_text("fresh", encoding="utf-8")
        ref = images.ensure_images(["python"])["python"]
        try:
            assert in_image(ref, "cat /opt/harness/python/note.txt") == "fresh"
        finally:
            engine.client().images.remove(ref.tag)

    def test_a_failing_build_shows_the_end_of_its_log(self, copy: Path) -> None:
        file = copy / "javascript" / "Dockerfile"
        file.write_text(
            "ARG BASE\nFROM ${BASE}\nRUN echo the-real-reason && false\n", encoding="utf-8"
        )
        with pytest.raises(ImageError, match="the-real-reason") as caught:
            images.ensure_images(["javascript"])
        assert caught.value.exit_code == 4
        assert "harness images build javascript" in (caught.value.fix or "")

    def test_an_image_that_fails_its_smoke_test_never_becomes_current(
        self, built: dict[str, images.ImageRef]
    ) -> None:
        plan = replace(recipe.recipe("python"), smoke="echo it is broken >&2; exit 7")
        connected = engine.client()
        with pytest.raises(ImageError, match="it is broken"):
            build_language(connected, plan, print, refresh=False)
        with pytest.raises(ImageNotFound):
            connected.images.get(plan.tag)

    def test_prune_removes_what_todays_files_do_not_make(
        self, built: dict[str, images.ImageRef], outdated: Callable[[str], str]
    ) -> None:
        tag = outdated("harness-oldlang")
        assert tag in {ref.tag for ref in images.list_images() if not ref.current}
        assert images.prune(["oldlang"]) == [tag]
        assert tag not in {ref.tag for ref in images.list_images()}
        assert images.image_for("python").id == built["python"].id

    def test_prune_removes_an_image_whose_tag_a_rebuild_took(
        self, built: dict[str, images.ImageRef], outdated: Callable[[str], str]
    ) -> None:
        tag = outdated("harness-oldlang")
        first = engine.client().images.get(tag).id
        assert outdated("harness-oldlang") == tag
        assert set(images.prune(["oldlang"])) == {tag, first}
        with pytest.raises(ImageNotFound):
            engine.client().images.get(first)

    @pytest.fixture
    def outdated(self, built: dict[str, images.ImageRef]) -> Callable[[str], str]:
        """Makes an image of a language that has no sandbox any more."""

        def make(repository: str) -> str:
            connected = engine.client()
            holder = connected.containers.create(built["python"].id)
            try:
                changes = ["LABEL harness.language=oldlang harness.kind=language"]
                holder.commit(repository=repository, tag="0" * 16, changes=changes)
            finally:
                holder.remove()
            return f"{repository}:{'0' * 16}"

        return make
