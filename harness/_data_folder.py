"""The platform's data folder, in a module that loads in no time."""

from __future__ import annotations

import os
import sys

APP = "code-eval-harness"


def data_folder() -> str:
    """Folder for the harness's own files; it may begin with ``~``."""
    given = os.environ.get("XDG_DATA_HOME", "").strip()
    if sys.platform == "linux" and (not given or given.startswith("/")):
        # What platformdirs says, without the 60 modules that it takes to say it.
        return f"{given.rstrip('/') or '~/.local/share'}/{APP}"
    from platformdirs import user_data_dir

    return user_data_dir(APP)
