"""What a container costs in CPU time: `docker run`, the bare steps of one, a slot of ours.

Making containers is bound by CPU, most of it spent in the engine's processes. So it is read from a
cgroup that holds engine, containers and this process (``--cgroup``), or, without one, from the
whole machine, which must be idle then.
"""

from __future__ import annotations

import argparse
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import docker

from benchmarks._common import HARDENED, WORKERS, image, machine, publish_table
from harness.models import Limits
from harness.sandbox import seccomp
from harness.sandbox.engine import client
from harness.sandbox.slot import Uids, create_slot

ROUNDS = 3
HEADINGS = ("a container", "/s", "CPU ms", "of `docker run`")
Life = Callable[[int], object]


def docker_run(_number: int) -> None:
    """The command, with a Python that does nothing."""
    command = ["docker", "run", *HARDENED, "--entrypoint=python3", image("python")]
    subprocess.run([*command, "-I", "-c", "pass"], capture_output=True, check=True)


def make(engine: docker.DockerClient, *, disabled: bool) -> str:
    """A container that will run /bin/true; its id."""
    host = engine.api.create_host_config(
        network_mode="none",
        read_only=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true", f"seccomp={seccomp.profile()}"],
        mem_limit="512m",
        pids_limit=128,
        log_config=docker.types.LogConfig(type="none"),
    )
    made = engine.api.create_container(
        image("python"),
        [],
        entrypoint=["/bin/true"],
        host_config=host,
        network_disabled=disabled,
    )
    return str(made["Id"])


def bare(engine: docker.DockerClient, *, disabled: bool) -> Life:
    """Made, started, waited for and removed through the API."""

    def live(_number: int) -> None:
        made = make(engine, disabled=disabled)
        engine.api.start(made)
        engine.api.wait(made)
        engine.api.remove_container(made)

    return live


def again(engine: docker.DockerClient, stack: ExitStack) -> Life:
    """One container a thread, started again and again."""
    own = threading.local()

    def live(_number: int) -> None:
        if not hasattr(own, "made"):
            own.made = make(engine, disabled=True)
            stack.callback(engine.api.remove_container, own.made, force=True)
        engine.api.start(own.made)
        engine.api.wait(own.made)

    return live


def slot(engine: docker.DockerClient, *, once: bool) -> Life:
    """A slot made ready for a Python response, and closed."""
    uids, name = Uids(), image("python")

    def live(number: int) -> None:
        options: dict[str, Any] = {"labels": {}, "cpu": number % WORKERS, "once": once}
        create_slot(engine, name, "python", Limits(), uids, **options).close()

    return live


def cpu_s(cgroup: Path | None) -> float:
    """CPU seconds used so far: of the cgroup, or of the machine."""
    if cgroup is None:
        spent = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
        return sum(int(ticks) for n, ticks in enumerate(spent) if n not in (3, 4)) / 100
    if (cgroup / "cpuacct.usage").is_file():
        return int((cgroup / "cpuacct.usage").read_text(encoding="ascii")) / 1e9
    return int((cgroup / "cpu.stat").read_text(encoding="ascii").split()[1]) / 1e6


def main() -> None:
    """Measure every kind in turn, several times over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=16, help="containers of a kind and round")
    parser.add_argument("--cgroup", type=Path, help="folder of the cgroup that is counted")
    parser.add_argument("--update", action="store_true", help="write the table to README.md")
    arguments = parser.parse_args()
    engine = client()
    with ExitStack() as stack:
        kinds = {
            "`docker run`, a Python that does nothing": docker_run,
            "bare steps, /bin/true, the engine's network": bare(engine, disabled=False),
            "bare steps, /bin/true, network left to the runtime": bare(engine, disabled=True),
            "the same, started again instead of made": again(engine, stack),
            "a slot as warm runs start it": slot(engine, once=False),
            "a slot as fresh runs start it": slot(engine, once=True),
        }
        wall, spent = dict.fromkeys(kinds, 0.0), dict.fromkeys(kinds, 0.0)
        with ThreadPoolExecutor(WORKERS) as workers:
            for _ in range(ROUNDS):
                for name, live in kinds.items():
                    start, before = time.monotonic(), cpu_s(arguments.cgroup)
                    list(workers.map(live, range(arguments.count)))
                    wall[name] += time.monotonic() - start
                    spent[name] += cpu_s(arguments.cgroup) - before
    count = ROUNDS * arguments.count
    whole = next(iter(spent.values()))
    lines = [
        (
            name,
            f"{count / wall[name]:.1f}",
            f"{1000 * spent[name] / count:.0f}",
            f"{spent[name] / whole:.2f}",
        )
        for name in kinds
    ]
    about = f"Machine: {machine()}; {WORKERS} workers."
    publish_table("containers", HEADINGS, lines, about=about, keys=(0,), update=arguments.update)


if __name__ == "__main__":
    main()
