"""A second Docker engine with its own data, which a test may stop, kill and start again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import docker

from harness.sandbox import engine
from harness.sandbox.images import ensure_images

START_S = 60.0


class SpareEngine:
    """A dockerd of our own: nothing of it is shared with the engine the other tests use."""

    def __init__(self) -> None:
        # Short: a socket's path has room for 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="spare-engine-"))
        self.host = f"unix://{self.folder}/sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        places = [
            f"--{name}={self.folder}/{name}" for name in ("data-root", "exec-root", "pidfile")
        ]
        nothing_of_the_host = ["--bridge=none", "--iptables=false", "--ip6tables=false"]
        others = ["--ip-forward=false", "--shutdown-timeout=1", f"--host={self.host}"]
        for left in ("pidfile", "exec-root/containerd/containerd.pid"):  # by one that was killed
            (self.folder / left).unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                # An engine without a bridge removes docker0, which is the usual engine's: let it
                # look for one in a network of its own.
                ["unshare", "--net", "dockerd", *places, *nothing_of_the_host, *others],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert time.monotonic() < deadline, self._log()
            assert self.process.poll() is None, self._log()
            time.sleep(0.1)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Signal it and wait for its end."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=60)

    def client(self) -> docker.DockerClient:
        """A client of this engine."""
        return docker.DockerClient(base_url=self.host)

    def load(self, language: str) -> str:
        """Copy the language's current image from the usual engine; its tag."""
        tag = ensure_images([language])[language].tag
        with closing(self.client()) as here:
            here.images.load(engine.client().images.get(tag).save(named=True))
        return tag

    def remove(self) -> None:
        """Stop it in good order, so that no process and no mount of it stays, and forget it."""
        if self.process is not None and self.process.poll() is not None:
            self.start()  # one that was killed left its children: they are its successor's
        with closing(self.client()) as here:
            for one in here.containers.list(all=True):
                one.remove(force=True)
        self.stop()
        for line in reversed(Path("/proc/mounts").read_text().splitlines()):
            if line.split()[1].startswith(f"{self.folder}/"):
                subprocess.run(["umount", "-l", line.split()[1]], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with closing(self.client()) as here:
                return bool(here.ping())
        except (docker.errors.DockerException, OSError):
            return False

    def _log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-3000:]
