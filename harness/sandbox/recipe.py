"""What an image is made of: its folder, its content hash and its build context.

sandboxes/final.Dockerfile   last layer of every image: agent + driver
sandboxes/agent/             shared by all
sandboxes/base/              toolchain all languages stand on
sandboxes/<language>/        Dockerfile, requirements.txt, package*.json, toolchain/ → toolchain
                             smoke.sh → run when the image is done
                             README* → for people only;  anything else → driver
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.errors import ImageError

_NEVER = ("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", "node_modules")
SUITE = "trixie"


def sandboxes_folder() -> Path:
    """The sandboxes/ folder: of the checkout, or of the installed wheel."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_bundled" / "sandboxes", package.parent / "sandboxes"):
        if (folder / "base" / "Dockerfile").is_file():
            return folder
    raise ImageError("the sandboxes/ folder is missing", fix="reinstall code-eval-harness")


def languages() -> tuple[str, ...]:
    """Languages that have a sandbox here, by name."""
    return tuple(
        sorted(
            file.parent.name
            for file in sandboxes_folder().glob("*/Dockerfile")
            if file.parent.name != "base"
        )
    )


@dataclass(frozen=True)
class Recipe:
    """Files and hashes of one language's image; hashes change if and only if content does."""

    language: str
    folder: Path
    base_hash: str
    toolchain_hash: str
    final_hash: str

    @property
    def base_tag(self) -> str:
        """The layer all languages share."""
        return f"harness-base:{self.base_hash}"

    @property
    def toolchain_tag(self) -> str:
        """The image without agent and driver."""
        return f"harness-toolchain-{self.language}:{self.toolchain_hash}"

    @property
    def tag(self) -> str:
        """The image that slots run."""
        return f"harness-{self.language}:{self.final_hash}"

    @property
    def smoke(self) -> str:
        """Shell text run in the finished image; prints ``name=version`` lines."""
        file = self.folder / "smoke.sh"
        return file.read_text(encoding="utf-8") if file.is_file() else ""


def recipe(language: str) -> Recipe:
    """Read a language's folder. Raises ImageError for a language without a sandbox."""
    root = sandboxes_folder()
    if language not in languages():
        raise ImageError(
            f"there is no sandbox for {language!r}", fix=f"use one of {', '.join(languages())}"
        )
    folder = root / language
    base_hash = _digest(files_in(root / "base"), SUITE)
    toolchain_hash = _digest(_toolchain_files(folder), base_hash)
    final = [
        *_prefixed("driver", _driver_files(folder)),
        *_prefixed("agent", files_in(root / "agent")),
        ("final.Dockerfile", root / "final.Dockerfile"),
        *(("smoke", file) for file in [folder / "smoke.sh"] if file.is_file()),
    ]
    return Recipe(language, folder, base_hash, toolchain_hash, _digest(final, toolchain_hash))


def files_in(folder: Path) -> list[tuple[str, Path]]:
    """(relative name, file) for every source file under ``folder``, in name order."""
    found = [
        (file.relative_to(folder).as_posix(), file)
        for file in folder.rglob("*")
        if file.is_file()
        and not set(file.relative_to(folder).parts) & set(_NEVER)
        and file.suffix != ".pyc"
        and not file.name.startswith((".", "README"))
    ]
    return sorted(found)


def _is_toolchain(name: str) -> bool:
    first = name.split("/", 1)[0]
    return first in ("Dockerfile", "toolchain") or (
        name.startswith(("requirements", "package")) and name.endswith((".txt", ".json"))
    )


def _toolchain_files(folder: Path) -> list[tuple[str, Path]]:
    return [(name, file) for name, file in files_in(folder) if _is_toolchain(name)]


def _driver_files(folder: Path) -> list[tuple[str, Path]]:
    return [
        (name, file)
        for name, file in files_in(folder)
        if not _is_toolchain(name) and not name.startswith("smoke")
    ]


def _prefixed(prefix: str, files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    return ((f"{prefix}/{name}", file) for name, file in files)


def _digest(files: Iterable[tuple[str, Path]], parent: str) -> str:
    """16 hex digits over names, bytes and the parent's hash; order and times do not matter."""
    total = hashlib.sha256(parent.encode())
    for name, file in sorted(files):
        content = file.read_bytes()
        total.update(f"\0{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()[:16]


class Context:
    """A build context as a tar: the same files give the same bytes."""

    def __init__(self, into: IO[bytes]) -> None:
        self._tar = tarfile.TarFile(fileobj=into, mode="w", format=tarfile.PAX_FORMAT)

    def folder(self, name: str) -> None:
        """An explicit entry, so that COPY of a folder with no files still works."""
        info = tarfile.TarInfo(name)
        info.type, info.mode = tarfile.DIRTYPE, 0o755
        self._tar.addfile(info)

    def add(self, name: str, content: bytes) -> None:
        """One root-owned file, readable by all."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o644
        self._tar.addfile(info, io.BytesIO(content))

    def add_tar(self, prefix: str, archive: bytes, strip: int = 1) -> None:
        """Regular files of a gzipped tar, without their first ``strip`` path parts."""
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as source:
            for member in source:
                handle = source.extractfile(member) if member.isfile() else None
                parts = Path(member.name).parts[strip:]
                if handle is not None and parts and ".." not in parts:
                    self.add("/".join((prefix, *parts)), handle.read())

    def close(self) -> None:
        """Write the end of the tar; the underlying file stays open."""
        self._tar.close()


def toolchain_context(plan: Recipe, context: Context) -> None:
    """Dockerfile, pinned lists and toolchain/ of one language."""
    for name, file in _toolchain_files(plan.folder):
        context.add(name, file.read_bytes())


def base_context(context: Context) -> None:
    """Everything in sandboxes/base."""
    for name, file in files_in(sandboxes_folder() / "base"):
        context.add(name, file.read_bytes())


def final_context(plan: Recipe, context: Context) -> None:
    """Dockerfile, agent/ and driver/ of the last layer."""
    root = sandboxes_folder()
    context.add("Dockerfile", (root / "final.Dockerfile").read_bytes())
    for name, files in (
        ("agent", files_in(root / "agent")),
        ("driver", _driver_files(plan.folder)),
    ):
        context.folder(name)
        for relative, file in files:
            context.add(f"{name}/{relative}", file.read_bytes())
