"""The browser service: one request is one response, one reply says what became of each case.

Request: ``{"files": {path: text}, "cases": […], "in_page": […], "screenshots": […], "viewport",
"limits", "patience_s", "early_stop"}``. Every case has a fresh context. A case that meets a limit
or crashes costs the browser, never the reply: the next case gets a new one.
"""

import functools
import os
import sys
import traceback

sys.path.insert(0, "/opt/harness/agent")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cgroup
import frames
from actions import StepFailed, act, picture
from browser import Browser, Budget, Ended, ProtocolError
from checks import check
from page import Page

REQUESTS, REPLIES = 3, 4
MAX_TIMEOUTS = 2
CLOSE_S = 5.0
TIMEOUTS = ("cpu", "wall")
ENDINGS = {
    "cpu": ("timeout", "CPU time limit"),
    "wall": ("timeout", "wall time limit"),
    "memory": ("memory_limit", "memory limit"),
    "output": ("output_limit", "output limit"),
    "storm": ("runtime_error", ""),
    "crash": ("runtime_error", "the page crashed"),
}


class Server:
    """A browser that is replaced when it must be, and the cases it runs."""

    def __init__(self):
        self.folder = os.getcwd()
        self.browser = None
        self.fresh()
        self.tainted = False

    def fresh(self):
        """A new browser; the old one goes with all its processes."""
        if self.browser is not None:
            self.browser.close()
        self.browser = Browser(self.folder)

    def require_calm(self):
        """A browser that is busy with nothing: one that keeps something of a page is replaced."""
        if self.browser is not None:
            self.browser.budget = Budget(None, CLOSE_S)
            try:
                self.browser.call("Browser.getVersion")  # answered after the last page's end
                if self.browser.is_calm():
                    return
            except Ended:
                pass
            self.give_up()
        self.fresh()

    def serve(self, request):
        """The reply to one request."""
        self.tainted = False
        self.timeouts = 0
        cases = self.declared(request)
        if request["in_page"]:
            cases += self.in_page(request)
        shots = []
        if wanted := request["screenshots"]:
            size = {key: wanted[0][key] for key in ("width", "height")}
            taken = self.guarded(request, size, lambda page: take_screenshots(page, wanted))
            shots = taken["shots"]
        return {"cases": cases, "shots": shots, "restart": self.tainted}

    def declared(self, request):
        """The declared cases, a fresh page each."""
        found = []
        for case in request["cases"]:
            action = functools.partial(run_case, request=request, case=case)
            watch = any(one["check"] == "errors" for one in case["checks"])
            found.append(self.guarded(request, case["viewport"], action, watch))
            if request["early_stop"] and found[-1].get("verdict") != "passed":
                break
        return found

    def guarded(self, request, viewport, action, watch_errors=False):
        """Run ``action`` on a fresh page within the limits; a result whatever happens."""
        if self.timeouts >= MAX_TIMEOUTS:
            return {"skipped": True, "shots": []}
        limits = request["limits"]
        self.require_calm()
        budget = self.browser.budget = Budget(limits["cpu_s"], limits["wall_s"])
        kills = cgroup.oom_kills.value() or 0
        page, result = None, {"shots": []}
        try:
            page = Page(
                self.browser, request["files"], viewport, limits["output_bytes"], watch_errors
            )
            result |= action(page)
        except Ended as end:
            result |= self.ended(end, kills)
        except ProtocolError as error:
            result |= {"verdict": "harness_error", "message": str(error)}
        result |= {"cpu_s": round(budget.cpu_s(), 6), "wall_s": round(budget.wall_s(), 6)}
        if page is not None:
            result |= page.report()
            self.close(page)
        return result

    def ended(self, end, kills):
        """The verdict of a case that could not go on; its browser is not used again."""
        cause = end.cause
        if cause == "crash" and (
            (cgroup.oom_kills.value() or 0) > kills or self.browser.ran_out_of_memory()
        ):
            cause = "memory"
        elif cause in TIMEOUTS and cgroup.exhausted():
            cause = "memory"  # the kernel was still looking for room
        self.timeouts += cause in TIMEOUTS
        self.tainted = self.tainted or cause in ("crash", "memory")
        verdict, message = ENDINGS[cause]
        self.give_up()
        return {"verdict": verdict, "message": message or str(end)}

    def give_up(self):
        """Kill the browser; the next page starts another."""
        if self.browser is not None:
            self.browser.close()
            self.browser = None

    def close(self, page):
        """End a page, if its browser is still there."""
        try:
            if self.browser is not None:
                page.close()
        except Ended:
            self.give_up()

    def in_page(self, request):
        """freeCodeCamp-style tests: one page for all, one case a test."""
        tests = request["in_page"]
        found = []
        viewport = request["viewport"]
        whole = self.guarded(request, viewport, lambda page: run_in_page(page, tests, found))
        # The page ended under a test: so it did for those that follow.
        ending = {key: whole[key] for key in ("verdict", "message", "skipped") if key in whole}
        found += [dict(ending) for _ in tests[len(found) :]]
        found[0] = {**whole, **found[0]}
        return found


def run_case(page, request, case):
    """Steps, then checks; every check is made, so that all that is wrong is told."""
    page.load()
    for number, step in enumerate(case["steps"], 1):
        try:
            act(page, step, request["patience_s"])
        except StepFailed as error:
            return {"verdict": "failed", "failed_step": number, "message": str(error)}
    failures = []
    for one in case["checks"]:
        wrong = check(page, one, 0.0 if failures else one.get("timeout_s") or request["patience_s"])
        if wrong:
            failures.append(wrong)
    return {"verdict": "failed" if failures else "passed", "failures": failures}


def take_screenshots(page, wanted):
    """One picture a declared viewport, of the page as it loads."""
    page.load()
    for one in wanted:
        page.resize({"width": one["width"], "height": one["height"]})
        page.settle()
        page.shots.append({"name": one["name"], **picture(page, one["full_page"])})
    return {"verdict": "passed"}


def run_in_page(page, tests, found):
    """Run tests in the page's own world, with chai, jQuery and the helpers they expect."""
    page.load()
    # jQuery tries the browser out as it loads, a tenth of the whole page's time.
    wanted = any("$" in test["js"] or "jQuery" in test["js"] for test in tests)
    page.run_libraries([*(["jquery.min.js"] if wanted else []), "chai.js", "helpers.js"])
    for test in tests:
        wrong = page.run_test(test["js"])
        found.append({"verdict": "failed" if wrong else "passed", "message": wrong or ""})
    return {"verdict": "passed"}


def main():
    """Answer requests until the agent hangs up."""
    requests, replies = (os.dup(fd) for fd in (REQUESTS, REPLIES))
    for fd in (REQUESTS, REPLIES):
        os.close(fd)
    for fd in (requests, replies):
        os.set_inheritable(fd, False)
    server = Server()
    frames.write_all(replies, frames.pack({"ready": 1}))
    while True:
        try:
            request = frames.read_frame(requests)
        except EOFError:
            return
        try:
            reply = server.serve(request)
        except Exception:  # noqa: BLE001 - a fault of ours is told, and costs the browser
            reply = {"fault": traceback.format_exc(limit=5), "restart": True}
        frames.write_all(replies, frames.pack(reply))


if __name__ == "__main__":
    main()
