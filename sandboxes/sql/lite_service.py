"""The SQLite service: responses' statements, each on a fresh copy of its database.

SQL cannot run code of its own and every request has a connection of its own, so requests share
a process as they share an engine. After an exhausted memory, and after ``REQUESTS`` in any case,
a new process takes over. Images of databases are kept by name, the least used thrown away.
"""

import base64
import os
import resource
import sys
import zlib
from collections import OrderedDict

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "agent")]

import frames  # noqa: E402
import lite  # noqa: E402
from report import failure  # noqa: E402

REQUESTS = 500
KEPT_BYTES = 32 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")


class Images:
    """Database images by name."""

    def __init__(self):
        self.kept = OrderedDict()
        self.size = 0

    def get(self, request):
        """The image a request names or brings; None if it is not here."""
        name = request["template"]
        if "image" in request and name not in self.kept:
            image = zlib.decompress(base64.b64decode(request["image"]))
            self.kept[name] = image
            self.size += len(image)
            while self.size > KEPT_BYTES and len(self.kept) > 1:
                self.size -= len(self.kept.popitem(last=False)[1])
        if name in self.kept:
            self.kept.move_to_end(name)
        return self.kept.get(name)


def limit_memory(memory_mb):
    """Bound what the process may have beyond what it has; None lifts the bound."""
    bound = resource.RLIM_INFINITY
    if memory_mb is not None:
        with open("/proc/self/statm", encoding="ascii") as handle:
            bound = int(handle.read().split()[5]) * PAGE + (memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, resource.RLIM_INFINITY))


def answer(images, request):
    """The report of one request; ``missing`` if its database must be sent along."""
    limit_memory(request["memory_mb"])
    reset_peak()
    try:
        image = images.get(request)
        report = {"missing": True} if image is None else lite.query(image, request)
    except MemoryError:
        report = failure("memory", "out of memory")
    limit_memory(None)
    report["memory_mb"] = peak_mb()
    return report


def reset_peak():
    """Let the kernel count the peak of resident memory afresh."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as handle:
            handle.write("5")
    except OSError:
        pass


def peak_mb():
    """Peak resident memory in MiB since ``reset_peak``."""
    with open("/proc/self/status", encoding="ascii") as handle:
        for line in handle:
            if line.startswith("VmHWM"):
                return round(int(line.split()[1]) / 1024, 2)
    return 0.0


def main():
    """Serve requests from descriptor 3 on descriptor 4."""
    images = Images()
    served = 0
    frames.write_all(4, frames.pack({"ready": 1}))
    while True:
        try:
            request = frames.read_frame(3)
        except EOFError:
            return
        report = answer(images, request)
        served += 1
        exhausted = report.get("error", {}).get("stage") == "memory"
        if served >= REQUESTS or exhausted:
            report["restart"] = True
        frames.write_all(4, frames.pack(report))


if __name__ == "__main__":
    main()
