"""The judge: runs a task's tests against a candidate that lives in another process.

Reports go to descriptor 5: one frame a case, then ``{"done": n}``. Only a report says passed;
an exit code says nothing. In ``shared`` mode the candidate is loaded into this process.
"""

import ast
import builtins
import linecache
import os
import sys
import types

from _harness_candidate import load, register_source
from _harness_wire import HEADER, CandidateEnded, CannotCross, Peer

REPORT_FD = 5
TESTS = "tests.py"
CAP = 4000


def report(message):
    """Write one report frame."""
    import json

    body = json.dumps(message).encode("ascii")
    data = memoryview(HEADER.pack(len(body)) + body)
    while data:
        data = data[os.write(REPORT_FD, data) :]


def show(value):
    """repr, capped, never raising."""
    try:
        text = repr(value)
    except BaseException as error:  # noqa: BLE001
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= CAP else text[:CAP] + "…"


class Recorder:
    """The last call that crossed to the candidate, as text."""

    def __init__(self):
        self.peer = None
        self.clear()

    def clear(self):
        """Forget the last case."""
        self.input = self.actual = ""
        if self.peer is not None:
            self.peer.crossed_badly = ""

    def note(self, name, args, kwargs, *value):
        """Remember a call when it is made, and its value when it returns."""
        if value:
            self.actual = show(value[0])
            return
        parts = [show(arg) for arg in args] + [f"{k}={show(v)}" for k, v in kwargs.items()]
        self.input = f"{name}({', '.join(parts)})"[:CAP]
        self.actual = ""


class Remote:
    """The candidate in its own process."""

    def __init__(self, recorder):
        self.peer = Peer(3, 4, guarded=True)
        self.peer.on_call = recorder.note
        recorder.peer = self.peer
        answer = self.peer.remote({"op": "load"})
        self.error = answer["error"]
        self.names = [str(name) for name in answer["names"]]

    def get(self, name):
        """A proxy (or plain value) for one of the candidate's names."""
        return self.peer.remote({"op": "get", "name": name})


class Local:
    """The candidate in this process (``trust: shared``)."""

    def __init__(self, source, recorder):
        self.recorder = recorder
        self.module, self.error = load(source)
        self.names = [name for name in vars(self.module) if not name.startswith("__")]

    def get(self, name):
        """The object itself; plain functions are wrapped so that calls are recorded."""
        value = vars(self.module)[name]
        if isinstance(value, types.FunctionType):
            return self._recorded(value)
        return value

    def _recorded(self, function):
        import functools

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            self.recorder.note(function.__name__, args, kwargs)
            value = function(*args, **kwargs)
            self.recorder.note(function.__name__, args, kwargs, value)
            return value

        return wrapper


class SolutionModule(types.ModuleType):
    """What ``import solution`` gives the tests: attributes fetched from the candidate."""

    def __init__(self, candidate):
        super().__init__("solution")
        self.__dict__["_candidate"] = candidate

    def __getattr__(self, name):
        if name not in self._candidate.names:
            raise AttributeError(f"the response defines no {name}")
        return self._candidate.get(name)


def main(payload):
    """Run the tests and report."""
    recorder = Recorder()
    try:
        if "source" in payload:
            candidate = Local(payload["source"], recorder)
        else:
            candidate = Remote(recorder)
    except CandidateEnded:
        return end(
            [
                {
                    "case": "load",
                    "verdict": "runtime_error",
                    "ended": True,
                    "message": "the program ended while it was being loaded",
                }
            ]
        )
    if candidate.error:
        stage = candidate.error.get("stage")
        verdict = "build_failed" if stage == "build" else "runtime_error"
        return end(
            [
                {
                    "case": "load",
                    "verdict": verdict,
                    "message": str(candidate.error.get("text"))[-CAP:],
                }
            ]
        )
    if payload["style"] == "pytest":
        return end(run_pytest(payload, candidate, recorder))
    return end([run_script(payload, candidate, recorder)])


def end(cases):
    """Send the reports and leave."""
    for case in cases:
        report(case)
    report({"done": len(cases)})
    os._exit(0)


def namespace(payload, candidate):
    """Trusted preamble, then the candidate's names that the tests use."""
    return {"__name__": "tests", "__builtins__": builtins, **_names_for(payload, candidate)}


def _names_for(payload, candidate):
    space = {}
    if payload.get("preamble"):
        register_source("prompt.py", payload["preamble"])
        exec(compile(payload["preamble"], "prompt.py", "exec", dont_inherit=True), space)
        del space["__builtins__"]
    entry, tests = payload.get("entry_point"), payload["tests"]
    wanted = {name for name in candidate.names if name == entry or may_mention(tests, name)}
    if wanted - {entry}:  # most tests know the entry point alone, and taking them apart costs
        wanted &= (free_names(tests) - set(space)) | {entry}
    for name in wanted:
        space[name] = candidate.get(name)
    return space


def may_mention(source, name):
    """Whether the name can occur in it; outside ASCII one name has several spellings."""
    return name in source or not source.isascii()


def free_names(source):
    """Names the tests read and never assign."""
    tree = ast.parse(source)
    loads, stores = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (loads if isinstance(node.ctx, ast.Load) else stores).add(node.id)
    return loads - stores - set(dir(builtins))


def run_script(payload, candidate, recorder):
    """Execute tests that assert; ``check`` style is then called with the entry point."""
    tests = payload["tests"]
    register_source(TESTS, tests)
    name = "check" if payload["style"] == "check" else "tests"
    entry = payload.get("entry_point")
    if entry and entry not in candidate.names:
        return {"case": name, "verdict": "failed", "message": f"the response defines no {entry}"}
    space = namespace(payload, candidate)
    sys.modules["solution"] = SolutionModule(candidate)
    recorder.clear()

    def body():
        exec(compile(tests, TESTS, "exec", dont_inherit=True), space)
        if payload["style"] == "check":
            space["check"](space[entry])

    return attempt(name, body, recorder)


def attempt(name, body, recorder):
    """Run one case; every way of ending becomes a verdict."""
    case = {"case": name, "verdict": "passed"}
    try:
        body()
    except CandidateEnded:
        case.update(verdict="runtime_error", ended=True, message="the program ended in this call")
    except CannotCross as error:
        case.update(verdict="failed", cannot_cross=True, message=str(error))
    except AssertionError as error:
        mine = getattr(error, "from_candidate", False)
        case.update(verdict="runtime_error" if mine else "failed", message=message_of(error))
        case["expected"] = expected_side(error)
    except BaseException as error:  # noqa: BLE001
        mine = getattr(error, "from_candidate", False)
        # A test that stumbles over a value it was given found a wrong value.
        case.update(verdict="runtime_error" if mine else "failed", message=message_of(error))
    if case["verdict"] == "passed":
        case.update(swallowed(recorder.peer))
    if case["verdict"] != "passed":
        case["input"], case["actual"] = recorder.input, recorder.actual
    return case


def swallowed(peer):
    """What a bare ``except`` in the tests may have hidden."""
    if peer is not None and peer.ended:
        return {"verdict": "runtime_error", "ended": True, "message": "the program ended"}
    if peer is not None and peer.crossed_badly:
        return {"verdict": "failed", "cannot_cross": True, "message": peer.crossed_badly}
    return {}


def message_of(error):
    """``Type: text`` with the failing line of the tests."""
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    frame = tests_frame(error)
    if frame is not None:
        line = linecache.getline(TESTS, frame.tb_lineno).strip()
        text += f"\n  tests.py:{frame.tb_lineno}: {line}"
    return text[:CAP]


def tests_frame(error):
    """The innermost traceback entry that lies in the tests."""
    found, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(TESTS):
            found = trace
        trace = trace.tb_next
    return found


def expected_side(error):
    """The side of the failed comparison that does not call the candidate, evaluated."""
    trace = tests_frame(error)
    if trace is None:
        return ""
    node = assertion_of(trace, linecache.getlines(trace.tb_frame.f_code.co_filename))
    if node is None:
        return ""
    if isinstance(node.test, ast.Compare) and len(node.test.ops) == 1:
        return _evaluate_plain(node.test, trace.tb_frame)
    return ast.unparse(node.test)[:CAP]


def assertion_of(trace, lines):
    """The assertion that failed; of one that is alone on its line, only that line is parsed."""
    try:
        alone = ast.parse(lines[trace.tb_lineno - 1].strip()).body
    except (SyntaxError, IndexError):
        alone = []
    if len(alone) == 1 and isinstance(alone[0], ast.Assert):
        return alone[0]
    line, _, column, _ = list(trace.tb_frame.f_code.co_positions())[trace.tb_lasti // 2]
    for node in ast.walk(ast.parse("".join(lines))):
        if isinstance(node, ast.Assert) and line is not None and column is not None:
            start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
            if start <= (line, column) < end:
                return node
    return None


def _evaluate_plain(compare, frame):
    sides = [compare.comparators[0], compare.left]
    prefix = "" if isinstance(compare.ops[0], ast.Eq) else ast.unparse(compare)[:CAP]
    for side in sides:
        if prefix or any(isinstance(node, (ast.Call, ast.Await)) for node in ast.walk(side)):
            continue
        try:
            code = compile(ast.Expression(side), TESTS, "eval")
            return show(eval(code, frame.f_globals, frame.f_locals))
        except Exception:  # noqa: BLE001
            continue
    return prefix or ast.unparse(compare)[:CAP]


def run_pytest(payload, candidate, recorder):
    """Real pytest on the tests; its verdicts are taken from hooks, not from its exit code."""
    import pytest

    cases = []

    class Hooks:
        """Collects one case a test item."""

        @pytest.hookimpl(wrapper=True)
        def pytest_pyfunc_call(self, pyfuncitem):
            recorder.clear()
            try:
                return (yield)
            except BaseException as error:
                cases.append(attempt(pyfuncitem.name, raiser(error), recorder))
                raise

        def pytest_runtest_logreport(self, report):
            done = {case["case"] for case in cases}
            name = report.nodeid.split("::", 1)[-1]
            if report.when == "call" and name not in done:
                verdict = "passed" if report.passed else "failed"
                cases.append(
                    {"case": name, "verdict": verdict, "message": str(report.longrepr or "")[:CAP]}
                )
            elif report.failed and name not in done:
                text = str(report.longrepr)[:CAP]
                cases.append({"case": name, "verdict": "runtime_error", "message": text})
            elif report.skipped and name not in done:
                cases.append({"case": name, "verdict": "failed", "message": "the test was skipped"})

        def pytest_collectreport(self, report):
            if report.failed:
                text = str(report.longrepr)[-CAP:]
                cases.append({"case": "collect", "verdict": "failed", "message": text})

    folder = os.getcwd()
    sys.modules["solution"] = SolutionModule(candidate)
    # Tests may use the prompt's names without importing them; this process is theirs alone.
    vars(builtins).update(_names_for(payload, candidate))
    recorder.clear()
    path = os.path.join(folder, "test_tests.py")
    with open(path, "w", encoding="utf-8") as handle:
        handle.write(payload["tests"])
    sys.path.insert(0, folder)
    pytest.main(
        # Parents of the folder are writable by the candidate: no configuration is looked for.
        [
            "-q",
            "-c",
            os.devnull,
            "--noconftest",
            "--rootdir",
            folder,
            "--import-mode=importlib",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:faulthandler",
            path,
        ],
        plugins=[Hooks()],
    )
    return cases


def raiser(error):
    """A body that raises ``error`` again, so that ``attempt`` words every ending."""

    def body():
        raise error

    return body
