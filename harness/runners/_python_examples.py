"""Python calls beside the tests: one program that makes them all and prints what they gave."""

from __future__ import annotations

import json
import re

from harness.runners._calls import request
from harness.runners._job import Job

# What may carry state from one call to the next: such responses get a process a call.
_STATE = re.compile(
    r"\b(?:global|nonlocal|_exit|abort|itertools|random|cache|lru_cache)\b|\b(?:iter|next)\("
    r"|=[ \t]*(?:\[|\{|set\(|dict\(|list\(|deque\()[^\n]*\)[ \t]*(?:->[^\n]*)?:[ \t]*$"
    r"|^[A-Za-z_]\w*(?:[ \t]*:[^\n=]*)?[ \t]*=(?!=)",
    re.MULTILINE,
)
_PROGRAM = """
import json, os
import _harness_candidate as candidate
from _harness_values import Values

def main(dumps, write, fork, wait, leave, values, call, requests, apart, source):
    def answer(number, request):
        reply = call(values, module, error, request)
        write(1, b"\\x02%d %s\\x03" % (number, dumps(reply).encode()))
    module, error = candidate.load(source)
    for number, request in enumerate(requests):
        if not apart:
            answer(number, request)
            continue
        child = fork()
        if child == 0:
            answer(number, request)
            leave(0)
        status = wait(child, 0)[1]
        if os.WIFSIGNALED(status):
            write(1, b"\\x02%d signal %d\\x03" % (number, os.WTERMSIG(status)))
        elif os.WEXITSTATUS(status):
            write(1, b"\\x02%d exit %d\\x03" % (number, os.WEXITSTATUS(status)))
    leave(0)

main(json.dumps, os.write, os.fork, os.waitpid, os._exit, Values(), candidate.named_call,
     json.loads({requests}), {apart}, {source})
"""


def program(job: Job) -> str:
    """The program for the calls of ``job``."""
    requests = json.dumps([request(job, case) for case in job.task.cases])
    return _PROGRAM.format(
        requests=ascii(requests),
        apart=_STATE.search(job.code.source) is not None,
        source=ascii(job.code.source),
    )
