"""What every sandbox promises, in every language and in both isolation modes.

Each promise is one test. Where the language matters there is one small program a language; what
the kernel promises whatever runs is asked once, in Python. A promise that cannot be kept is in
``KNOWN_FAILURES`` with its reason: it is still tested, and the day it is kept the test says so.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from harness.models import (
    Case,
    Comparator,
    Form,
    Language,
    Limits,
    Response,
    Result,
    Task,
    TestKind,
    Verdict,
)
from tests.sandbox.conftest import open_sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine

LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.CPP)
LIMITS = Limits(cpu_s=3.0, wall_s=12.0)
KNOWN_FAILURES = {
    ("test_programs_see_the_cpus_they_may_use", Language.CPP): (
        "std::thread::hardware_concurrency asks glibc, which reads the host's /sys; "
        "sched_getaffinity and nproc are right"
    ),
}

SPIN = {
    Language.PYTHON: "while True: pass",
    Language.JAVASCRIPT: "for (;;);",
    Language.CPP: "int main() { for (volatile int i = 0;; i = i + 1); }",
}
SLEEP = {
    Language.PYTHON: "import time\ntime.sleep(60)",
    Language.JAVASCRIPT: "setTimeout(() => {}, 60000);",
    Language.CPP: "#include <unistd.h>\nint main() { sleep(60); }",
}
HOARD = {
    Language.PYTHON: "kept = []\nwhile True: kept.append(b'x' * (16 << 20))",
    Language.JAVASCRIPT: "const kept = []; for (;;) kept.push(Buffer.alloc(16 << 20, 1));",
    Language.CPP: """
#include <vector>
int main() { std::vector<std::vector<char>> kept; for (;;) kept.emplace_back(16 << 20, 'x'); }
""",
}
KILL_ITSELF = {
    Language.PYTHON: "import os\nos.kill(os.getpid(), 9)",
    Language.JAVASCRIPT: "process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 60000);",
    Language.CPP: "#include <signal.h>\nint main() { raise(SIGKILL); }",
}
# Prints as many bytes as stdin says.
PRINT_MUCH = {
    Language.PYTHON: "print('x' * int(input()), end='')",
    Language.JAVASCRIPT: "process.stdout.write('x'.repeat(+require('fs').readFileSync(0)));",
    Language.CPP: """
#include <iostream>
#include <string>
int main() { int n; std::cin >> n; std::cout << std::string(n, 'x'); }
""",
}
# Prints bytes that are no UTF-8, or proper UTF-8, as stdin says.
PRINT_BYTES = {
    Language.PYTHON: """
import sys
sys.stdout.buffer.write(b"caf\\xe9\\n" if input() == "damaged" else b"caf\\xc3\\xa9\\n")
""",
    Language.JAVASCRIPT: """
const wish = require('fs').readFileSync(0, 'utf8').trim();
process.stdout.write(Buffer.from('caf', 'utf8'));
process.stdout.write(Buffer.from(wish === 'damaged' ? [0xe9, 10] : [0xc3, 0xa9, 10]));
""",
    Language.CPP: """
#include <iostream>
#include <string>
int main() {
  std::string wish; std::cin >> wish;
  std::cout << (wish == "damaged" ? "caf\\xe9" : "caf\\xc3\\xa9") << std::endl;
}
""",
}
ECHO = {
    Language.PYTHON: "print('<' + open('/dev/stdin').read() + '>')",
    Language.JAVASCRIPT: "console.log('<' + require('fs').readFileSync('/dev/stdin') + '>');",
    Language.CPP: """
#include <fstream>
#include <iostream>
#include <iterator>
int main() {
  std::ifstream in("/dev/stdin");
  if (!in) return 1;
  std::string all((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::cout << '<' << all << '>' << std::endl;
}
""",
}
# The status of its own process, then the environment, as the kernel has them.
TELL = {
    Language.PYTHON: """
import os
print(open("/proc/self/status").read())
for name, value in os.environ.items(): print(f"{name}={value}")
""",
    Language.JAVASCRIPT: """
console.log(require('fs').readFileSync('/proc/self/status', 'utf8'));
for (const [name, value] of Object.entries(process.env)) console.log(`${name}=${value}`);
""",
    Language.CPP: """
#include <fstream>
#include <iostream>
#include <unistd.h>
int main() {
  std::cout << std::ifstream("/proc/self/status").rdbuf() << std::endl;
  for (char **one = environ; *one; ++one) std::cout << *one << '\\n';
}
""",
}
# Prints the names it finds in the writable places, then leaves files in all of them.
LITTER = {
    Language.PYTHON: """
import os
for place in ("/work", "/tmp", "/dev/shm", "/dev/mqueue"):
    print(*[one for one in os.listdir(place) if f"{place}/{one}" != os.getcwd()], sep="\\n")
for place in ("/work", "/tmp", "/dev/shm", "."):
    os.makedirs(f"{place}/left/deep")
    open(f"{place}/left/deep/behind", "w").write("x")
    os.chmod(f"{place}/left/deep", 0)
open("/dev/mqueue/left", "w").close()
""",
    Language.JAVASCRIPT: """
const fs = require('fs');
for (const place of ['/work', '/tmp', '/dev/shm', '/dev/mqueue'])
  for (const one of fs.readdirSync(place))
    if (`${place}/${one}` !== process.cwd()) console.log(one);
for (const place of ['/work', '/tmp', '/dev/shm', '.']) {
  fs.mkdirSync(`${place}/left/deep`, { recursive: true });
  fs.writeFileSync(`${place}/left/deep/behind`, 'x');
  fs.chmodSync(`${place}/left/deep`, 0);
}
fs.closeSync(fs.openSync('/dev/mqueue/left', 'w'));
""",
    Language.CPP: """
#include <filesystem>
#include <fstream>
#include <iostream>
namespace fs = std::filesystem;
int main() {
  for (auto place : {"/work", "/tmp", "/dev/shm", "/dev/mqueue"})
    for (auto &one : fs::directory_iterator(place))
      if (one.path() != fs::current_path()) std::cout << one.path().filename().string() << '\\n';
  for (fs::path place : {"/work", "/tmp", "/dev/shm", "."}) {
    fs::create_directories(place / "left" / "deep");
    std::ofstream(place / "left" / "deep" / "behind") << 'x';
    fs::permissions(place / "left" / "deep", fs::perms::none);
  }
  std::ofstream("/dev/mqueue/left");
}
""",
}
# Leaves a daemon of its own session that holds the streams open, and a zombie; then ends well.
HAUNT = {
    Language.PYTHON: """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
if os.fork() == 0:
    os._exit(0)
print("gone", flush=True)
os._exit(0)
""",
    Language.JAVASCRIPT: """
const { spawn } = require('child_process');
const options = { detached: true, stdio: 'inherit' };
spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600000)'], options);
spawn('/bin/true');
require('fs').writeSync(1, 'gone\\n');
process.exit(0);
""",
    Language.CPP: """
#include <cstdio>
#include <unistd.h>
int main() {
  if (fork() == 0) { setsid(); if (fork() == 0) sleep(600); _exit(0); }
  if (fork() == 0) _exit(0);
  puts("gone");
}
""",
}
CPU_COUNT = {
    Language.PYTHON: "import os\nprint(os.cpu_count())",
    Language.JAVASCRIPT: "console.log(require('os').availableParallelism());",
    Language.CPP: """
#include <iostream>
#include <thread>
int main() { std::cout << std::thread::hardware_concurrency() << std::endl; }
""",
}


@pytest.fixture(scope="module", params=["warm", "fresh"])
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of either isolation mode, kept for the whole module."""
    with ExitStack() as stack:
        yield open_sandbox(stack, request.param)


@pytest.fixture(params=LANGUAGES, ids=str)
def language(request: pytest.FixtureRequest) -> Language:
    """Each language; known failures are expected to fail, by name."""
    found: Language = request.param
    name = request.node.originalname
    if (name, found) in KNOWN_FAILURES:
        reason = KNOWN_FAILURES[name, found]
        # On a machine with one CPU nothing can be told apart from it.
        strict = (os.cpu_count() or 1) > 1
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=strict))
    return found


def evaluate(
    box: Sandbox,
    language: Language,
    source: str,
    *cases: tuple[str, str],
    limits: Limits = LIMITS,
) -> Result:
    """Run a program on cases of (stdin, expected stdout); none means no input, no output."""
    task = Task(
        task_id="contract",
        language=language,
        kind=TestKind.STDIO,
        prompt="",
        comparator=Comparator(kind="lines"),
        limits=limits,
        cases=tuple(
            Case(name=f"case {number}", stdin=stdin, expected=expected)
            for number, (stdin, expected) in enumerate(cases or [("", "")], 1)
        ),
    )
    response = Response(
        response_id="contract#1", task_id="contract", model="m", text=source, form=Form.FULL
    )
    return box.evaluate(task, response)


def output(box: Sandbox, language: Language, source: str) -> str:
    """What a program prints that ends well."""
    result = evaluate(box, language, source)
    assert result.verdict in (Verdict.PASSED, Verdict.FAILED), result
    return result.cases[0].actual


def facts(box: Sandbox, source: str) -> dict[str, object]:
    """The JSON object that a Python program prints."""
    found: dict[str, object] = json.loads(output(box, Language.PYTHON, source))
    return found


# -- limits -----------------------------------------------------------------------------------


def test_cpu_time_decides(box: Sandbox, language: Language) -> None:
    limits = LIMITS.model_copy(update={"cpu_s": 0.5})
    result = evaluate(box, language, SPIN[language], limits=limits)
    assert (result.verdict, result.message) == (Verdict.TIMEOUT, "CPU time limit")
    assert 0.4 < result.cpu_s < 2.0


def test_wall_time_is_a_cap_of_its_own(box: Sandbox, language: Language) -> None:
    limits = LIMITS.model_copy(update={"wall_s": 1.0})
    result = evaluate(box, language, SLEEP[language], limits=limits)
    assert (result.verdict, result.message) == (Verdict.TIMEOUT, "wall time limit")
    assert result.wall_s >= 1.0


def test_out_of_memory_is_told_from_a_crash(box: Sandbox, language: Language) -> None:
    result = evaluate(box, language, HOARD[language])
    assert result.verdict is Verdict.MEMORY_LIMIT, result


def test_a_program_that_kills_itself_is_no_timeout(box: Sandbox, language: Language) -> None:
    result = evaluate(box, language, KILL_ITSELF[language])
    assert result.verdict is Verdict.RUNTIME_ERROR
    assert "signal 9" in result.message


def test_the_output_cap_is_exact(box: Sandbox, language: Language) -> None:
    limits = LIMITS.model_copy(update={"output_kb": 2})
    cases = (("2048", "x" * 2048), ("2049", "x" * 2049))
    full, over = evaluate(box, language, PRINT_MUCH[language], *cases, limits=limits).cases
    assert full.verdict is Verdict.PASSED
    assert (over.verdict, over.actual) == (Verdict.OUTPUT_LIMIT, "x" * 2048)


# -- streams ----------------------------------------------------------------------------------


def test_damaged_text_is_shown_and_harms_no_other_case(box: Sandbox, language: Language) -> None:
    cases = (("damaged", "café"), ("whole", "café"))
    damaged, whole = evaluate(box, language, PRINT_BYTES[language], *cases).cases
    assert damaged.verdict is Verdict.FAILED
    assert damaged.actual in ("caf\udce9\n", "caf\\xe9\n")
    assert whole.verdict is Verdict.PASSED


def test_stdin_can_be_opened_by_name_and_is_at_its_end_when_none_is_given(
    box: Sandbox, language: Language
) -> None:
    cases = (("", "<>"), ("zwei\nZeilen ä", "<zwei\nZeilen ä>"))
    result = evaluate(box, language, ECHO[language], *cases)
    assert result.verdict is Verdict.PASSED, result


# -- one job after another --------------------------------------------------------------------


def test_no_file_outlives_its_job(box: Sandbox, language: Language) -> None:
    for _ in range(2):
        assert evaluate(box, language, LITTER[language]).verdict is Verdict.PASSED
        assert box.survivors() == []


def test_daemons_and_zombies_end_with_their_job(box: Sandbox, language: Language) -> None:
    limits = LIMITS.model_copy(update={"wall_s": 5.0})
    for _ in range(2):
        result = evaluate(box, language, HAUNT[language], ("", "gone"), limits=limits)
        assert result.verdict is Verdict.PASSED, result
        assert box.survivors() == []


def test_jobs_differ_in_their_uid_and_in_nothing_else(box: Sandbox, language: Language) -> None:
    told = [output(box, language, TELL[language]).split("\n\n") for _ in range(2)]
    uids = [_field(status, "Uid").split() for status, _ in told]
    environments = [
        environment.replace(uid[0], "UID") for uid, (_, environment) in zip(uids, told, strict=True)
    ]
    assert all(len(set(uid)) == 1 and int(uid[0]) >= 10_000 for uid in uids)
    assert uids[0] != uids[1]
    assert environments[0] == environments[1]
    assert not re.search("docker|harness_home|token|secret", environments[0], re.IGNORECASE)


# -- privileges -------------------------------------------------------------------------------


def test_a_candidate_has_no_privilege(box: Sandbox, language: Language) -> None:
    status = output(box, language, TELL[language])
    kinds = ("CapInh", "CapPrm", "CapEff", "CapAmb", "CapBnd")
    capabilities = [int(_field(status, name), 16) for name in kinds]
    # SETGID, SETUID and KILL are the agent's; the bound may name them, nobody else has them.
    assert capabilities == [0, 0, 0, 0, 1 << 5 | 1 << 6 | 1 << 7]
    assert _field(status, "NoNewPrivs") == "1"
    assert _field(status, "Seccomp") == "2"
    assert _field(status, "Groups") == ""


def test_programs_see_the_cpus_they_may_use(box: Sandbox, language: Language) -> None:
    assert output(box, language, CPU_COUNT[language]).strip() == "1"


def test_nproc_agrees_with_the_quota(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, os, subprocess
said = subprocess.run(["nproc"], capture_output=True, text=True).stdout
print(json.dumps({"nproc": int(said), "affinity": len(os.sched_getaffinity(0))}))
""",
    )
    assert found == {"nproc": 1, "affinity": 1}


REFUSED = """
import ctypes, errno, json, platform
arm = platform.machine() == "aarch64"
libc = ctypes.CDLL(None, use_errno=True)
calls = {
    "io_uring_setup": (425, 1, ctypes.create_string_buffer(256)),
    "add_key": (217 if arm else 248, b"user", b"n", b"v", 1, -3),
    "keyctl": (219 if arm else 250, 0, -3, 0),
    "ptrace": (117 if arm else 101, 0, 0, 0, 0),
    "unshare": (97 if arm else 272, 0x10000000),
    "mount": (40 if arm else 165, b"none", b"/tmp", b"tmpfs", 0, 0),
    "bpf": (280 if arm else 321, 0, 0, 0),
    "userfaultfd": (282 if arm else 323, 0),
    "perf_event_open": (241 if arm else 298, 0, 0, -1, -1, 0),
}
said = {}
for name, call in calls.items():
    ctypes.set_errno(0)
    done = libc.syscall(*call)
    said[name] = errno.errorcode.get(ctypes.get_errno(), "?") if done == -1 else "allowed"
print(json.dumps(said))
"""


def test_the_kernels_dangerous_doors_are_shut(box: Sandbox) -> None:
    found = facts(box, REFUSED)
    assert len(found) == 9
    assert set(found.values()) == {"EPERM"}, found


def test_only_the_work_places_can_be_written(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, os
written = []
passed_over = ("/proc", "/sys", "/usr/lib", "/usr/share", os.getcwd())
for place, folders, _ in os.walk("/"):
    folders[:] = [one for one in folders if os.path.join(place, one) not in passed_over]
    try:
        open(f"{place}/harness-probe", "w").close()
    except OSError:
        continue
    written.append(place)
root = next(line.split() for line in open("/proc/mounts") if line.split()[1] == "/")
print(json.dumps({"written": sorted(written), "root": root[3].split(",")[0]}))
""",
    )
    assert found == {"written": ["/dev/mqueue", "/dev/shm", "/tmp", "/work"], "root": "ro"}


def test_there_is_no_network(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, socket
names = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
def up(name):
    with open(f"/sys/class/net/{name}/flags") as handle:
        return int(handle.read(), 16) & 1
def refused(family, address):
    with socket.socket(family) as one:
        one.settimeout(2)
        try:
            one.connect(address)
        except OSError:
            return True
    return False
try:
    socket.getaddrinfo("example.com", 80)
    resolved = True
except OSError:
    resolved = False
print(json.dumps({
    "interfaces": [name for name in names if up(name)],
    "public": refused(socket.AF_INET, ("1.1.1.1", 80)),
    "metadata": refused(socket.AF_INET, ("169.254.169.254", 80)),
    "gateway": refused(socket.AF_INET, ("172.17.0.1", 22)),
    "resolved": resolved,
}))
""",
    )
    assert found == {
        "interfaces": ["lo"],
        "public": True,
        "metadata": True,
        "gateway": True,
        "resolved": False,
    }


def test_the_engine_cannot_be_reached(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, os
places = ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
          "/run/podman/podman.sock"]
sockets = [line.split()[-1] for line in open("/proc/net/unix") if "docker" in line]
print(json.dumps({"found": [one for one in places if os.path.exists(one)], "listed": sockets}))
""",
    )
    assert found == {"found": [], "listed": []}


def test_other_users_processes_are_out_of_reach(box: Sandbox) -> None:
    """The agent holds the protocol and expected values: its memory and files are shut."""
    found = facts(
        box,
        """
import json, os
opened = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    if int(pid) == os.getpid():
        continue
    for name in ("mem", "environ", "fd", "cwd", "maps"):
        path = f"/proc/{pid}/{name}"
        try:
            os.listdir(path) if name in ("fd", "cwd") else open(path, "rb").close()
        except OSError:
            continue
        opened.append(path)
killed = []
for pid in (1, os.getppid()):
    try:
        os.kill(pid, 0)
    except PermissionError:
        continue
    killed.append(pid)
print(json.dumps({"opened": opened, "killed": killed}))
""",
    )
    assert found == {"opened": [], "killed": []}


def _field(status: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(.*?)[ \t]*$", status, re.MULTILINE)
    assert found is not None, status
    return found[1]
