"""The database tools that the SQL baselines use, in an image of their own.

No sandbox has them: a response could not reach them, and what is not there cannot be misused.
"""

from __future__ import annotations

import subprocess
import sys

TAG = "harness-bench-database"
_RECIPE = """
FROM {base}
RUN mkdir -p /etc/postgresql-common \\
 && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf \\
 && apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \\
      postgresql sqlite3 >/dev/null \\
 && chmod 1777 /work
ENTRYPOINT []
"""


def database_image() -> str:
    """The image, built on the sandboxes' base if it is not there."""
    here = ["docker", "image", "ls", "--quiet"]
    if not subprocess.run([*here, TAG], check=True, capture_output=True).stdout.strip():
        bases = subprocess.run(
            ["docker", "image", "ls", "harness-base", "--format", "{{.Repository}}:{{.Tag}}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        if not bases:
            sys.exit("no base image\n  fix: harness images build")
        recipe = _RECIPE.format(base=bases[0])
        command = ["docker", "build", "--quiet", "--tag", TAG, "-"]
        subprocess.run(command, input=recipe, text=True, check=True, stdout=subprocess.DEVNULL)
    return TAG
