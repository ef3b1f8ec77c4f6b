"""``harness flag --resident``: the same answers, whatever happens to who gives them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from platformdirs import user_data_dir

import harness
from harness._home import home_folder
from harness.cli import _resident as asker
from harness.cli._resident_output import HOLD_S, MAX_HELD_BYTES, Held
from harness.cli._resident_people import servers as held
from tests.conftest import heed_signals

ROOT = Path(harness.__file__).parents[1]
PROGRAMS = {
    "bad.py": "def mean(values):\n    return sum(values) / len(vals)\n",
    "good.py": "def one():\n    return 1\n",
    "bad.js": "function f(a) {\n  if (a.x === a.x) { return a; }\n  return b;\n}\nf(1);\n",
    "bad.cpp": "#include <vector>\nint f(std::vector<int> v) {\n  int n = 0;\n"
    "  for (int i = 0; i <= v.size(); i++) n += v[i];\n  return n;\n}\n",
    "bad.cs": "class C {\n  int F(int a) {\n    if (a == a) return 1;\n    return 0;\n  }\n}\n",
    "bad.sql": "SELECT a FROM t WHERE b = NULL;\n",
    "bad.html": "<!DOCTYPE html><html><body><p id=a></p><p id=a></p>"
    "<script>document.getElementById('none').click();</script></body></html>\n",
    # More than is parsed in the asked process itself; and what costs the parser gigabytes.
    "long.py": "".join(f"def f{n}(a):\n    return a == a\n\n" for n in range(100)),
    "hostile.py": "/*\n" * 7000,
    "latin.py": "def f():\n    return '\udce9\udce9' == vals\n",
}
EXPLAINED = "same-operands"
CASES: list[tuple[str, ...]] = [
    *((name,) for name in ("bad.py", "bad.sql", "hostile.py", "long.py")),
    tuple(PROGRAMS),
    (".", "--json"),
    (".", "--sarif"),
    ("bad.py", "bad.js", "--fail-on", "hint"),
    ("good.py", "--fail-on", "hint"),
    ("bad.py", "--fail-on", "sometimes"),
    ("bad.py", "--disable", "undefined-name"),
    ("bad.py", "--only", "no-such-rule"),
    ("--explain", EXPLAINED),
    ("--explain", "same-operand"),
    ("--rules",),
    ("--rules", "--json"),
    ("gone.py",),
    ("bad.py", "gone.py"),
    ("unknown.txt",),
    ("unknown.txt", "--language", "python"),
    ("bad.py", "--no-such-option"),
    ("--help",),
    (),
    ("-",),
    ("-", "--language", "python"),
    ("--tasks", str(ROOT / "tasks" / "python"), "--json"),
    ("--calibrate", "run"),
    ("--", "--resident"),
]


def run(
    *arguments: str, stdin: str = "", env: dict[str, str] | None = None, cwd: Path | None = None
) -> tuple[int, bytes, bytes]:
    """Exit code and what is printed."""
    done = subprocess.run(
        command(*arguments), input=stdin.encode(), capture_output=True, check=False,
        cwd=cwd, env={**os.environ, **(env or {})},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "harness", "flag", *arguments]


def wait(until: Callable[[], object]) -> None:
    """Until it is so; the test's own time limit is the only one."""
    end_s = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(0.02)


def servers(home: Path) -> list[dict[str, float]]:
    """What each resident process of a home that answers says of itself."""
    return [row for _, row in held(home) if "answers" in row]


def pid_of(home: Path) -> int:
    (one,) = servers(home)
    return int(one["pid"])


def answers(home: Path) -> int:
    """How many answers its one server has given; it counts when the asker may be gone."""
    (one,) = servers(home)
    return int(one["answers"])


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or waits for nobody but its parent."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def workers(pid: int) -> list[int]:
    """Forks of a server that are alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(folder.name))
    return found


def start(home: Path) -> None:
    """Have a server by asking once, as its users do."""
    assert run("--resident", "--explain", EXPLAINED, env={"HARNESS_HOME": str(home)})[0] == 0
    wait(lambda: servers(home))


def stop(home: Path) -> None:
    # One that is starting is not heard of until it has the lock.
    wait(lambda: len(list(held(home))) == len(servers(home)))
    run("--resident-stop", env={"HARNESS_HOME": str(home)})
    assert list(held(home)) == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and a folder of programs to be in; no server is left in it."""
    write_programs(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    yield tmp_path / "home"
    stop(tmp_path / "home")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of programs, and a server in ``home`` beside them that is ready."""
    folder = tmp_path_factory.mktemp("shared")
    write_programs(folder)
    start(folder / "home")
    yield folder
    stop(folder / "home")


def write_programs(folder: Path) -> None:
    for name, text in PROGRAMS.items():
        (folder / name).write_text(text, errors="surrogateescape")
    (folder / "unknown.txt").write_text(PROGRAMS["bad.py"])


def both(folder: Path, *arguments: str, **more: str) -> tuple[int, bytes, bytes]:
    """The answer of a server, which is that of the command alone."""
    env = {"HARNESS_HOME": str(folder / "home"), **more}
    before = answers(folder / "home")
    found = run("--resident", *arguments, stdin=PROGRAMS["bad.py"], env=env, cwd=folder)
    wait(lambda: answers(folder / "home") > before)
    assert found == run(*arguments, stdin=PROGRAMS["bad.py"], env=env, cwd=folder)
    return found


@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_the_answer_is_that_of_the_command_alone(shared: Path, arguments: tuple[str, ...]) -> None:
    if "--calibrate" in arguments:  # may start containers: never in a server
        assert run("--resident", *arguments, cwd=shared)[0] == 2
        return
    both(shared, *arguments)


def test_every_language_has_a_flag_to_compare(shared: Path) -> None:
    report = json.loads(both(shared, ".", "--json")[1])
    found = {Path(one["path"]).suffix for one in report["flags"]}
    assert found >= {".py", ".js", ".cpp", ".cs", ".sql", ".html"}


def test_folder_and_settings_are_those_of_who_asks(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(PROGRAMS["bad.py"])
    (tmp_path / "harness.toml").write_text('disabled_rules = ["undefined-name"]\n')
    env = {"HARNESS_HOME": str(shared / "home")}
    assert run("--resident", "bad.py", cwd=tmp_path, env=env)[1] == b""
    env["HARNESS_DISABLED_RULES"] = "no-such-rule"
    code, _, said = run("--resident", "bad.py", cwd=tmp_path, env=env)
    assert (code, b"no rule is named no-such-rule" in said) == (2, True)
    assert b"vals is not defined" in both(shared, "bad.py")[1]


def test_encodings_are_those_of_who_asks(shared: Path) -> None:
    plain = both(shared, "latin.py", PYTHONIOENCODING="ascii:backslashreplace")[1]
    assert plain.isascii()
    assert plain != both(shared, "latin.py", PYTHONIOENCODING="utf-8")[1]


def test_a_terminal_is_a_terminal(shared: Path) -> None:
    def on_terminal(*arguments: str) -> bytes:
        master, slave = os.openpty()
        env = {**os.environ, "HARNESS_HOME": str(shared / "home")}
        done = subprocess.run(
            command(*arguments), stdin=slave, stdout=slave, stderr=slave, cwd=shared, env=env,
            check=False,
        )  # fmt: skip
        os.close(slave)
        assert done.returncode == 0
        return os.read(master, 1 << 16)

    assert on_terminal("--resident", "bad.py", "--help") == on_terminal("bad.py", "--help")
    assert on_terminal("--resident", "bad.py") == on_terminal("bad.py")


def test_output_that_nobody_takes(shared: Path) -> None:
    def ends(*arguments: str) -> list[tuple[int, bytes]]:
        env = {**os.environ, "HARNESS_HOME": str(shared / "home")}
        read, write = os.pipe()
        os.close(read)
        with Path("/dev/full").open("wb") as full:
            found = [
                subprocess.run(
                    command(*arguments), stdout=out, stderr=subprocess.PIPE, cwd=shared, env=env,
                    check=False,
                )
                for out in (write, full)
            ]  # fmt: skip
        os.close(write)
        return [(done.returncode, done.stderr) for done in found]

    for arguments in (["bad.py"], ["bad.py", "--json"]):
        assert ends("--resident", *arguments) == ends(*arguments)


def test_eight_at_once_have_their_answers_and_one_server(home: Path) -> None:
    plain = run("bad.py")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: run("--resident", "bad.py"), range(8)))
    assert found == [plain] * 8
    wait(lambda: servers(home))
    said = run("--resident-status")[1].decode()
    assert said.startswith(f"process {pid_of(home)}: since ")
    assert said.endswith(" 0 answers; ends after 600 s without a question\n")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: run("--resident", "bad.py"), range(8))) == [plain] * 8
    wait(lambda: answers(home) == 8)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_without_the_server_the_answer_is_the_same_and_another_comes(
    home: Path, number: signal.Signals
) -> None:
    plain = run("-", "--language", "python", stdin=PROGRAMS["bad.py"])
    start(home)
    first = pid_of(home)
    os.kill(first, number)
    asked = ("--resident", "-", "--language", "python")
    assert run(*asked, stdin=PROGRAMS["bad.py"]) == plain
    wait(lambda: has_ended(first))
    assert run(*asked, stdin=PROGRAMS["bad.py"]) == plain
    wait(lambda: servers(home))
    assert pid_of(home) != first
    assert run(*asked, stdin=PROGRAMS["bad.py"]) == plain


def test_a_worker_that_dies_in_the_middle_is_not_noticed(home: Path) -> None:
    plain = run("bad.py")
    start(home)
    os.mkfifo("slow.py")
    asking = subprocess.Popen(
        command("--resident", "bad.py", "slow.py"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    (worker,) = workers(pid_of(home))
    wait(lambda: waits_for_fifo(worker))
    os.kill(worker, signal.SIGKILL)
    wait(lambda: has_ended(worker))
    with Path("slow.py").open("w") as fifo:  # opened by who does it instead
        fifo.write(PROGRAMS["good.py"])
    out, said = asking.communicate()
    assert (asking.returncode, out) == (0, plain[1])
    assert said == plain[2].replace(b"1 of 1 program", b"1 of 2 programs")
    assert run("--resident", "bad.py") == plain
    wait(lambda: answers(home) == 1)


def test_what_takes_long_is_printed_as_it_comes(home: Path) -> None:
    plain = run("bad.py", "long.py")
    start(home)
    os.mkfifo("slow.py")
    asking = subprocess.Popen(
        command("--resident", "bad.py", "slow.py"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with Path("slow.py").open("w") as fifo:
        time.sleep(2 * HOLD_S)
        fifo.write(PROGRAMS["long.py"])
    out, said = asking.communicate()
    assert (asking.returncode, out.replace(b"slow.py", b"long.py"), said) == plain
    wait(lambda: answers(home) == 1)


def waits_for_fifo(pid: int) -> bool:
    """Whether a process is about to open one: its folder is no longer that of a worker at rest."""
    return Path(f"/proc/{pid}/cwd").readlink() != Path("/")


def test_ctrl_c_ends_the_work(home: Path) -> None:
    start(home)
    os.mkfifo("slow.py")
    asking = subprocess.Popen(
        command("--resident", "slow.py"),
        stderr=subprocess.PIPE,
        preexec_fn=heed_signals,  # noqa: PLW1509 - nothing of it takes a lock
    )
    (worker,) = workers(pid_of(home))
    wait(lambda: waits_for_fifo(worker))
    asking.send_signal(signal.SIGINT)
    assert asking.communicate()[1] == b"harness: interrupted\n"
    assert asking.returncode == 130
    wait(lambda: has_ended(worker))


def test_a_changed_harness_is_never_asked_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(
        ROOT / "harness", copy / "harness", ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setenv("PYTHONPATH", str(copy))
    start(home)
    first = pid_of(home)
    rule = copy / "harness" / "flags" / "rules" / "common" / "same_operands.py"
    rule.write_text(rule.read_text().replace("question=", "question='Changed? ' + ", 1))
    changed = run("bad.cs")
    assert b"Changed? " in changed[1]
    assert run("--resident", "bad.cs") == changed
    wait(lambda: has_ended(first))
    run("--resident", "bad.cs")
    wait(lambda: servers(home))
    assert pid_of(home) != first
    assert run("--resident", "bad.cs") == changed
    (home / "strength.json").write_text("{")
    damaged = run("bad.cs")
    assert b"strength.json" in damaged[2]
    assert run("--resident", "bad.cs") == damaged


def test_an_open_folder_is_not_trusted(home: Path, tmp_path: Path) -> None:
    start(home)
    folder = home / "resident"
    folder.chmod(0o755)
    assert run("--resident", "bad.py") == run("bad.py")
    folder.chmod(0o700)
    assert answers(home) == 0
    moved = folder.rename(tmp_path / "moved")
    folder.symlink_to(moved)
    assert run("--resident", "bad.py") == run("bad.py")
    folder.unlink()
    moved.rename(folder)
    assert answers(home) == 0


@pytest.mark.root
def test_a_server_of_another_user_is_not_believed(home: Path) -> None:
    folder = home / "resident"
    folder.mkdir(parents=True, mode=0o700)
    listener = socket.socket(socket.AF_UNIX)
    os.chdir(folder)
    listener.bind(f"{asker.name_of(identity())}.sock")
    os.chdir(home.parent)
    foreign = os.fork()
    if foreign == 0:
        try:
            os.setuid(65534)
            listener.listen()
            while True:
                connection, _ = listener.accept()
                connection.sendall(asker.AT_WORK + asker.ENDED + b"*")
        finally:
            os._exit(1)
    wait(lambda: is_listening(listener))
    try:
        assert run("--resident", "bad.py") == run("bad.py")
    finally:
        os.kill(foreign, signal.SIGKILL)
        os.waitpid(foreign, 0)
        listener.close()


def identity() -> str:
    code = "from harness.cli._resident import identity; print(identity(), end='')"
    return subprocess.check_output([sys.executable, "-P", "-c", code], text=True)


def is_listening(listener: socket.socket) -> bool:
    return bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def test_it_ends_by_itself(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_RESIDENT_IDLE_S", "3")
    start(home)
    wait(lambda: not servers(home))
    assert list((home / "resident").glob("*.sock")) == []
    assert run("--resident-stop")[1] == b"no resident process\n"


def test_it_ends_with_its_home_and_its_workers_end_with_it(home: Path) -> None:
    start(home)
    pid = pid_of(home)
    (worker,) = workers(pid)
    shutil.rmtree(home)
    wait(lambda: has_ended(pid) and has_ended(worker))


def test_a_long_path_is_no_obstacle(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = home / ("d" * 100) / ("e" * 100)
    monkeypatch.setenv("HARNESS_HOME", str(deep))
    start(deep)
    assert run("--resident", "bad.py") == run("bad.py")
    wait(lambda: answers(deep) == 1)
    assert run("--resident-stop")[1] == b"1 resident process ended\n"


def test_the_home_is_the_one_the_settings_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for value in (None, "", "~/there", "here"):
        for data in (None, "", "/data", "data"):
            for name, given in (("HARNESS_HOME", value), ("XDG_DATA_HOME", data)):
                if given is None:
                    monkeypatch.delenv(name, raising=False)
                else:
                    monkeypatch.setenv(name, given)
            found = Path(value or user_data_dir("code-eval-harness")).expanduser()
            assert asker.home_folder() == str(found.absolute())
            assert home_folder() == found
    monkeypatch.delenv("HARNESS_HOME")
    (tmp_path / "harness.toml").write_text('home = "from-file"\n')
    assert asker.home_folder() == str(tmp_path / "from-file")


def test_much_output_is_not_kept_until_the_end(tmp_path: Path) -> None:
    begun: list[bool] = []
    with (tmp_path / "out").open("wb") as file:
        held = Held(lambda: begun.append(True), until_s=float("inf"))
        stream = held.stream(file.fileno(), "utf-8", "strict")
        stream.write("a")
        stream.flush()
        assert (begun, (tmp_path / "out").read_bytes()) == ([], b"")
        stream.write("b" * MAX_HELD_BYTES)
        stream.flush()
        assert (begun, (tmp_path / "out").stat().st_size) == ([True], MAX_HELD_BYTES + 1)


def test_asking_loads_next_to_nothing(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", *command("--resident", "bad.py")[2:]],
        cwd=shared, env={**os.environ, "HARNESS_HOME": str(shared / "home")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "vals is not defined" in done.stdout
    loaded = set(re.findall(r"\| +([\w.]+)\n", done.stderr))
    assert {one for one in loaded if one.startswith("harness")} == {
        "harness", "harness._data_folder", "harness.cli", "harness.cli.main",
        "harness.cli._resident"}  # fmt: skip
    assert loaded & {"typer", "pathlib", "socket", "json", "enum", "re", "tempfile"} <= (
        {"enum", "re", "pathlib"}  # python -m needs some of them
    )
