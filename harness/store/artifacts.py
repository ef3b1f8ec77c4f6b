"""Files kept with results, such as screenshots: one file per content, named by its sha256.

They live beside the store under HARNESS_HOME, so a cached result still has its pictures. A file
is written whole or not at all, and an equal one is written once.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from harness.models import Artifact

_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep_artifact(home: Path, name: str, media_type: str, content: bytes) -> Artifact:
    """Store the bytes; returns the record that stands for them."""
    digest = hashlib.sha256(content).hexdigest()
    file = artifact_file(home, digest)
    if file.is_file():
        # As good as new: whoever cleans up leaves young files alone.
        file.touch()
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=file.parent, prefix=".partial-")
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
        Path(partial).replace(file)
    return Artifact(name=name, media_type=media_type, sha256=digest, size=len(content))


def artifact_file(home: Path, digest: str) -> Path:
    """Where the bytes of that sha256 are, or would be. Raises ValueError for anything else."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not a sha256 in hexadecimal")
    return home / "artifacts" / digest[:2] / digest


def unused_artifacts(home: Path, used: set[str], older_than: float) -> list[Path]:
    """Files that nothing refers to and partial ones, unless changed after ``older_than`` (epoch s).

    A run keeps a file before the result that refers to it is stored, hence the age.
    """
    folder = home / "artifacts"
    found = []
    for file in sorted(folder.glob("*/*")):
        known = _DIGEST.fullmatch(file.name) and file.name in used
        ours = _DIGEST.fullmatch(file.name) or file.name.startswith(".partial-")
        if ours and not known and file.is_file() and file.stat().st_mtime < older_than:
            found.append(file)
    return found
