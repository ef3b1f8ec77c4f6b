"""What an image is made of: its files, its content hash and its build context.

sandboxes/final.Dockerfile   last layer of every image: agent + driver
sandboxes/agent/             shared by all
sandboxes/base/              what all languages stand on
sandboxes/<language>/        Dockerfile, requirements*.txt, package*.json, toolchain/: toolchain
                             smoke*: run when the image is done;  README*: for people only
                             anything else: driver
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.errors import ImageError
from harness.settings import load_settings

SUITE = "trixie"
SDK_DOCKERFILE = "toolchain/sdk.Dockerfile"
_NEVER = {"__pycache__", "node_modules"}
Files = Mapping[str, bytes]


def sandboxes_folder() -> Path:
    """The sandboxes/ folder: of the checkout, or of the installed wheel."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent / "sandboxes", package / "_bundled" / "sandboxes"):
        if (folder / "base" / "Dockerfile").is_file():
            return folder
    raise ImageError("the sandboxes/ folder is missing", fix="reinstall code-eval-harness")


def languages() -> tuple[str, ...]:
    """Languages that have a sandbox here, by name."""
    found = (file.parent.name for file in sandboxes_folder().glob("*/Dockerfile"))
    return tuple(sorted(name for name in found if name != "base"))


@dataclass(frozen=True)
class Recipe:
    """One language's image, read once: a file that changes later changes nothing here.

    Each mapping is relative name → bytes, exactly what the build of that layer is given.
    """

    language: str
    folder: Path
    base: Files
    toolchain: Files
    final: Files
    smoke: str

    @property
    def base_tag(self) -> str:
        """The layer all languages share."""
        return f"harness-base:{digest(self.base, SUITE)}"

    @property
    def toolchain_tag(self) -> str:
        """The image without agent and driver."""
        return f"harness-toolchain-{self.language}:{digest(self.toolchain, self.base_tag)}"

    @property
    def tag(self) -> str:
        """The image that slots run."""
        content = {**self.final, "smoke": self.smoke.encode()}
        return f"harness-{self.language}:{digest(content, self.toolchain_tag)}"


def recipe(language: str) -> Recipe:
    """Read a language's folder. Raises ImageError for a language without a sandbox."""
    root = sandboxes_folder()
    if language not in languages():
        raise ImageError(
            f"there is no sandbox for {language!r}", fix=f"use one of {', '.join(languages())}"
        )
    folder = root / language
    own = files_in(folder)
    driver = {
        f"driver/{name}": content
        for name, content in own.items()
        if not _is_toolchain(name) and not name.startswith("smoke")
    }
    agent = {f"agent/{name}": content for name, content in files_in(root / "agent").items()}
    return Recipe(
        language=language,
        folder=folder,
        base=files_in(root / "base"),
        toolchain=_toolchain(own),
        final={"Dockerfile": (root / "final.Dockerfile").read_bytes(), **driver, **agent},
        smoke=own.get("smoke.sh", b"").decode(),
    )


def _toolchain(own: Files) -> Files:
    """The toolchain's files; an SDK image that the settings name stands for what is fetched."""
    files = {name: content for name, content in own.items() if _is_toolchain(name)}
    sdk = load_settings().dotnet_sdk if SDK_DOCKERFILE in files else None
    if not sdk:
        return files
    dockerfile = f"ARG SDK={sdk}\n".encode() + files[SDK_DOCKERFILE]
    kept = {name: content for name, content in files.items() if name.startswith("toolchain/")}
    return {**kept, "Dockerfile": dockerfile}


def files_in(folder: Path) -> dict[str, bytes]:
    """Relative name → bytes of every source file under ``folder``; {} if there is no folder."""
    found = {}
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        hidden = any(part.startswith(".") or part in _NEVER for part in relative.parts)
        if file.is_file() and not hidden and not file.name.startswith("README"):
            found[relative.as_posix()] = file.read_bytes()
    return found


def _is_toolchain(name: str) -> bool:
    first = name.split("/", 1)[0]
    pinned = name.startswith(("requirements", "package")) and name.endswith((".txt", ".json"))
    return pinned or first in {"Dockerfile", "toolchain"}


def digest(files: Files, parent: str) -> str:
    """16 hex digits over names, bytes and the parent; order and file times do not matter."""
    total = hashlib.sha256(parent.encode())
    for name, content in sorted(files.items()):
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

    def add_files(self, files: Files) -> None:
        """Several files, in name order."""
        for name, content in sorted(files.items()):
            self.add(name, content)

    def add_archive(self, prefix: str, archive: bytes) -> None:
        """Regular files of a gzipped tar, without their first folder, under ``prefix``."""
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as source:
            for member in source:
                handle = source.extractfile(member) if member.isfile() else None
                parts = Path(member.name).parts[1:]
                if handle is not None and parts and ".." not in parts:
                    self.add("/".join((prefix, *parts)), handle.read())

    def close(self) -> None:
        """Write the end of the tar; the underlying file stays open."""
        self._tar.close()
