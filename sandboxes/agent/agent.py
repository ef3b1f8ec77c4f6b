"""The agent: PID 1 of a slot. Serves one job at a time over its standard streams.

Protocol: frames (``frames.py``) on stdin and stdout. The agent says ``{"ready": …}`` once,
then answers every ``{"op": "job", …}`` with ``{"results": […], "left": […]}``. A job is a list
of steps run under uids that no earlier job of this slot had; ``"end": true`` cleans up after
the last step and says what was left (anything left condemns the slot).

Steps
    run     one program: argv or a driver mode, stdin text, limits
    calls   a candidate driver that is asked requests one by one over descriptors 3 and 4
    ask     a resident service (a compiler, a browser): one request, one reply; what the reply
            keeps becomes files of the job's later processes
    judged  a judge and a candidate, two uids, joined by pipes; the judge reports on fd 5

Nothing a job's process writes is trusted: its streams are data, and only the judge, which the
candidate can neither read nor signal, reports results.
"""

import json
import os
import signal
import sys

import cgroup
import cleanup
import frames
import zygote as zygotes
from group import BecomeZygote, Group, Zygote
from services import Services

BASE_ENV = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHON_CPU_COUNT": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NODE_PATH": "/opt/harness/node_modules",
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
}
REPORT_LIMIT = 8 << 20
# A response that runs out of time twice will do so again: its other cases are not run.
MAX_TIMEOUTS = 2
TIMEOUTS = ("cpu", "wall")


class Agent:
    """State of the slot: its zygotes by name and the image's language settings.

    once: the slot serves one response. What a zygote imports ahead for all jobs to come is then
    worth less than it costs: ``config["once"]`` has other lists for the zygotes it names.
    """

    def __init__(self, config, once=False):
        self.config = config
        self.once = once
        self.jobs = 0
        self.modules = {**config.get("zygotes", {}), **(config.get("once", {}) if once else {})}
        self.zygotes = {}
        self.services = Services(config.get("services", {}), self.zygote, BASE_ENV)
        self.timeouts = 0

    def zygote(self, name="exec"):
        """The zygote of that name, started at first use."""
        if name not in self.zygotes:
            modules = self.modules.get(name, [])
            driver = self.config.get("driver") if name != "exec" else None
            fork = self.once and not self.jobs and (driver is None or interpreter_is_a_jobs())
            self.zygotes[name] = Zygote(driver, modules, BASE_ENV, fork)
        return self.zygotes[name]

    def expected_processes(self):
        """Processes of an idle slot, services apart."""
        return 1 + len(self.zygotes)

    def run_job(self, job):
        """Run the steps; stop at the first one marked ``need_ok`` that is not ok."""
        self.jobs += 1
        uids = [job["uid"], job["uid"] + 1]
        results = []
        self.timeouts = 0
        for step in job["steps"]:
            if self.timeouts >= MAX_TIMEOUTS:
                results.append({"skipped": True})
                continue
            result = STEPS[step["kind"]](self, job, step)
            if step.get("build"):
                result["build"] = True
            results.append(result)
            self.timeouts += result["cause"] in TIMEOUTS
            if step.get("need_ok") and (result.get("exit") != 0 or result["cause"]):
                break
        answer = {"results": results}
        if job.get("end", True):
            answer["left"] = cleanup.clean(uids, self.expected_processes(), self.services.uids())
            if (cgroup.oom_kills.value() or 0) > 0:
                answer["left"].append("an out-of-memory kill")
        return answer

    def request(self, job, spawn, limits, judge=False):
        """The zygote's request for one process of this job."""
        uid = job["uid"] + (1 if judge else 0)
        folder = f"/work/{uid}"
        request = {
            "uid": uid,
            "cwd": folder,
            "env": {**BASE_ENV, "HOME": folder, "TMPDIR": folder, **spawn.get("env", {})},
            "limits": rlimits(limits),
        }
        request.update({key: spawn[key] for key in ("argv", "mode") if key in spawn})
        return request

    def spawn(self, group, job, step, spawn, fds, judge=False):
        """Add the process ``spawn`` describes to ``group``."""
        name = spawn.get("zygote", "exec" if "argv" in spawn else "base")
        return group.add(
            self.zygote(name),
            self.request(job, spawn, step["limits"], judge),
            fds,
            {**spawn.get("payload", {}), "binary": job.get("kept", {})},
            step["limits"]["output_bytes"],
        )


def interpreter_is_a_jobs():
    """Whether this process was started as an interpreter for jobs must be."""
    return not sys.flags.ignore_environment and os.environ.get("PYTHONHASHSEED") == "0"


def rlimits(limits):
    """rlimits of one process. RLIMIT_CPU is a backstop: the group counts more exactly."""
    wanted = {
        "CPU": int(limits["cpu_s"]) + 2,
        "FSIZE": limits["file_bytes"],
        "NOFILE": 256,
        "NPROC": limits["processes"],
        "CORE": 0,
        "STACK": 64 << 20,
    }
    if "data_bytes" in limits:
        wanted["DATA"] = limits["data_bytes"]
    return wanted


def killer(job):
    """Kill everything of the job, candidate and judge alike."""

    def kill():
        for uid in (job["uid"], job["uid"] + 1):
            cleanup.kill_uid(uid)

    return kill


def new_group(job, step):
    """A group with the step's budget running."""
    group = Group(killer(job))
    group.reset_budget(step["limits"]["cpu_s"], step["limits"]["wall_s"])
    return group


def null():
    """A stdin that is at its end."""
    return os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)


def pipe():
    """A close-on-exec pipe."""
    return os.pipe2(os.O_CLOEXEC)


def step_run(agent, job, step):
    """Run one program to its end."""
    group = new_group(job, step)
    if step.get("stdin"):
        stdin_r, stdin_w = pipe()
    else:
        stdin_r, stdin_w = null(), None
    process = agent.spawn(group, job, step, step["spawn"], [stdin_r])
    if stdin_w is not None:
        group.feed_stdin(stdin_w, step["stdin"].encode("utf-8", "surrogateescape"))
    group.run(lambda: process.exit is not None)
    wall_s = group.wall_s()
    group.finish()
    return {**process.report(group.cause), "wall_s": round(wall_s, 6)}


class Asked:
    """A candidate driver that answers requests over descriptors 3 and 4."""

    def __init__(self, agent, job, step, spawn):
        self.group = new_group(job, step)
        self.limits = step["limits"]
        self.replies = []
        self.broken = False
        self.closed = False
        request_r, self.request_w = pipe()
        reply_r, reply_w = pipe()
        self.process = agent.spawn(self.group, job, step, spawn, [null(), request_r, reply_w])
        self.buffer = frames.FrameBuffer(self.limits["output_bytes"])
        self.group.watch(reply_r, self.on_reply)

    def on_reply(self, data):
        """Collect whole frames; a frame beyond the cap breaks the conversation."""
        self.closed = self.closed or not data
        try:
            self.replies += self.buffer.feed(data)
        except ValueError:
            self.broken = True

    def ended(self):
        """Nothing more will come."""
        return self.process.exit is not None or self.closed

    def ask(self, request):
        """Send one request and wait for its reply, an exit or a limit."""
        self.group.reset_budget(self.limits["cpu_s"], self.limits["wall_s"])
        self.group.send(self.request_w, frames.pack(request))
        self.group.run(lambda: self.replies or self.broken or self.ended())
        answer = {"cpu_s": round(self.group.cpu_s(), 6), "wall_s": round(self.group.wall_s(), 6)}
        if self.replies and self.group.cause is None:
            answer["reply"] = self.replies.pop(0).decode("utf-8", "replace")
        return answer

    def close(self):
        """End the process and return its report."""
        self.group.close_writer(self.request_w)
        if not self.broken:
            self.group.grace(self.process)
        self.group.finish()
        cause = "output" if self.broken and not self.group.cause else self.group.cause
        return self.process.report(cause)


def step_calls(agent, job, step):
    """Ask the candidate every request; a fresh process for each one if ``fresh``."""
    answers = []
    asked = None
    for number, request in enumerate(step["requests"]):
        if agent.timeouts >= MAX_TIMEOUTS:
            answers.append({"skipped": True})
            continue
        if asked is None:
            asked = Asked(agent, job, step, step["spawn"])
        answer = asked.ask(request)
        answers.append(answer)
        last = number == len(step["requests"]) - 1
        if step.get("fresh") or "reply" not in answer or last:
            answer["process"] = asked.close()
            agent.timeouts += "reply" not in answer and answer["process"]["cause"] in TIMEOUTS
            asked = None
    return {"answers": answers, "cause": None, "exit": 0}


def step_judged(agent, job, step):
    """Run tests in a judge that reaches the candidate only through two pipes."""
    group = new_group(job, step)
    request_r, request_w = pipe()
    reply_r, reply_w = pipe()
    report_r, report_w = pipe()
    # The judge first: its folder exists before anything of the candidate runs.
    judge = agent.spawn(
        group, job, step, step["judge"], [null(), reply_r, request_w, report_w], judge=True
    )
    candidate = agent.spawn(group, job, step, step["candidate"], [null(), request_r, reply_w])
    buffer = frames.FrameBuffer(REPORT_LIMIT)
    reports = []
    group.watch(report_r, lambda data: reports.extend(buffer.feed(data)))
    group.run(lambda: judge.exit is not None)
    wall_s, cpu_s = group.wall_s(), group.cpu_s()
    died_first = candidate.exit is not None
    group.grace(candidate)
    group.finish()
    return {
        "reports": [frame.decode("utf-8", "replace") for frame in reports],
        "candidate": candidate.report(None),
        "candidate_ended": died_first,
        "judge": judge.report(None),
        "cause": group.cause,
        "exit": 0,
        "cpu_s": round(cpu_s, 6),
        "wall_s": round(wall_s, 6),
    }


def step_shared(agent, job, step):
    """Run tests in the candidate's own process (``trust: shared``), reports on fd 5."""
    group = new_group(job, step)
    report_r, report_w = pipe()
    process = agent.spawn(group, job, step, step["judge"], [null(), null(), null(), report_w])
    buffer = frames.FrameBuffer(REPORT_LIMIT)
    reports = []
    group.watch(report_r, lambda data: reports.extend(feed_or_drop(buffer, data)))
    group.run(lambda: process.exit is not None)
    wall_s, cpu_s = group.wall_s(), group.cpu_s()
    group.finish()
    return {
        "reports": [frame.decode("utf-8", "replace") for frame in reports],
        "judge": process.report(None),
        "cause": group.cause,
        "exit": 0,
        "cpu_s": round(cpu_s, 6),
        "wall_s": round(wall_s, 6),
    }


def step_ask(agent, job, step):
    """Ask a resident service; files it made are kept for the job's later processes."""
    result = agent.services.ask(job, step)
    kept = (result.get("reply") or {}).pop("keep", {})
    job["kept"] = {**job.get("kept", {}), **kept}
    return result


def feed_or_drop(buffer, data):
    """Frames of a hostile writer: an oversized one ends the conversation."""
    try:
        return buffer.feed(data)
    except ValueError:
        return []


STEPS = {
    "run": step_run,
    "calls": step_calls,
    "judged": step_judged,
    "shared": step_shared,
    "ask": step_ask,
}


def main():
    """Be the agent; or, in a child forked on the way there, its zygote."""
    try:
        serve()
        os._exit(0)  # with everything in the container: there is nothing to tidy up
    except BecomeZygote as wanted:
        arguments = wanted.args
    forget_agent()
    try:
        zygotes.begin(*arguments)
    finally:
        os._exit(1)


def forget_agent():
    """Leave no module in the way of a response's own files of such names."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.remove(here)
    for name, module in list(sys.modules.items()):
        if os.path.dirname(getattr(module, "__file__", None) or "") == here and name != "__main__":
            del sys.modules[name]


def serve():
    """Serve jobs until the controller hangs up."""
    # The container's first process ignores what it has no handler for; Python adds SIGINT.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    language = sys.argv[1] if len(sys.argv) > 1 else "base"
    path = f"/opt/harness/{language}/config.json"
    config = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as handle:
            config = json.load(handle)
    agent = Agent(config, once="once" in sys.argv[2:])
    for name in config.get("start", ["exec"]):
        agent.zygote(name)
    agent.services.start()
    frames.write_all(1, frames.pack({"ready": 1, "cgroup": cgroup.oom_kills.fd is not None}))
    while True:
        try:
            job = frames.read_frame(0)
        except EOFError:
            return
        frames.write_all(1, frames.pack(agent.run_job(job)))
