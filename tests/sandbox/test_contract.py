"""What every sandbox promises, in every language and in both isolation modes.

Each promise is one test; how a language asks for it is in ``contract/<language>.toml``. A promise
that is not kept is marked there with its reason: it is still tested, and the day it is kept the
test says so. What the kernel promises whatever runs is in ``test_confinement.py``.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from harness.models import Result, Verdict
from harness.runners import runners
from tests.sandbox.contract import LIMITS, PROMISES, Probe, load_probes

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

PROBES = load_probes()


def every_language(promise: str) -> pytest.MarkDecorator:
    """Run the test on each language's probe of ``promise``."""
    assert promise in PROMISES
    chosen = [
        pytest.param(probe, id=probe.language, marks=_marks(probe))
        for probe in PROBES
        if probe.promise == promise and not probe.cannot
    ]
    return pytest.mark.parametrize("probe", chosen)


def _marks(probe: Probe) -> list[pytest.MarkDecorator]:
    if not probe.known_failure:
        return [pytest.mark.engine]
    # On a machine with one CPU what it has and what a program may use cannot be told apart.
    strict = probe.promise != "cpu_count" or (os.cpu_count() or 1) > 1
    return [pytest.mark.engine, pytest.mark.xfail(reason=probe.known_failure, strict=strict)]


def output(box: Sandbox, probe: Probe) -> str:
    """What a probe prints that ends well."""
    result = box.evaluate(*probe.work())
    assert result.verdict in (Verdict.PASSED, Verdict.FAILED), result
    return result.cases[0].actual


def ending(result: Result) -> tuple[Verdict, str]:
    """How a response ended."""
    return result.verdict, result.message


def test_every_language_answers_for_every_promise() -> None:
    assert {probe.language.value for probe in PROBES} == set(runners())
    for language in runners():
        mine = [probe for probe in PROBES if probe.language == language]
        assert {probe.promise for probe in mine} == set(PROMISES), language
        assert all(bool(probe.code) != bool(probe.cannot) for probe in mine), language


# -- limits -----------------------------------------------------------------------------------


@every_language("cpu")
def test_cpu_time_decides(box: Sandbox, probe: Probe) -> None:
    limits = LIMITS.model_copy(update={"cpu_s": 0.5})
    result = box.evaluate(*probe.work(limits=limits))
    assert ending(result) == (Verdict.TIMEOUT, "CPU time limit")
    assert 0.4 < result.cpu_s < 2.0


@every_language("wall")
def test_wall_time_is_a_cap_of_its_own(box: Sandbox, probe: Probe) -> None:
    limits = LIMITS.model_copy(update={"wall_s": 1.0})
    result = box.evaluate(*probe.work(limits=limits))
    assert ending(result) == (Verdict.TIMEOUT, "wall time limit")
    assert result.wall_s >= 1.0


@every_language("memory")
def test_out_of_memory_is_told_from_a_crash(box: Sandbox, probe: Probe) -> None:
    result = box.evaluate(*probe.work())
    assert result.verdict is Verdict.MEMORY_LIMIT, result


@every_language("self_kill")
def test_a_program_that_kills_itself_is_no_timeout(box: Sandbox, probe: Probe) -> None:
    result = box.evaluate(*probe.work())
    assert result.verdict is Verdict.RUNTIME_ERROR
    assert "signal 9" in result.message


@every_language("output")
def test_the_output_cap_is_exact(box: Sandbox, probe: Probe) -> None:
    limits = LIMITS.model_copy(update={"output_kb": 2})
    cases = (("2048", "x" * 2048), ("2049", "x" * 2049))
    full, over = box.evaluate(*probe.work(*cases, limits=limits)).cases
    assert full.verdict is Verdict.PASSED
    assert over.verdict is Verdict.OUTPUT_LIMIT
    if "kind" not in probe.keys:  # a program: what fits is shown
        assert over.actual == "x" * 2048


@every_language("processes")
def test_processes_are_counted(box: Sandbox, probe: Probe) -> None:
    for processes in (24, 32):
        limits = LIMITS.model_copy(update={"processes": processes})
        result = box.evaluate(*probe.work(limits=limits))
        assert result.verdict is Verdict.FAILED, result
        # Threads of its own run time count too.
        assert processes - 16 <= int(result.cases[0].actual) < processes
        assert box.survivors() == []


@every_language("disk")
def test_the_disk_is_bounded_and_the_next_job_has_all_of_it(box: Sandbox, probe: Probe) -> None:
    limits = LIMITS.model_copy(update={"disk_mb": 8})
    results = [box.evaluate(*probe.work(limits=limits)) for _ in range(2)]
    assert [one.verdict for one in results] == [Verdict.FAILED] * 2, results
    first, second = (int(one.cases[0].actual) for one in results)
    assert first == second
    assert first in (7, 8), "8 MiB less what the program itself takes"


# -- streams ----------------------------------------------------------------------------------


@every_language("damaged_text")
def test_damaged_text_is_shown_and_harms_no_other_case(box: Sandbox, probe: Probe) -> None:
    cases = (("damaged", "café"), ("whole", "café"))
    damaged, whole = box.evaluate(*probe.work(*cases)).cases
    assert damaged.verdict is Verdict.FAILED
    assert damaged.actual.strip("\n'") in ("caf\udce9", "caf\\xe9", "caf\\udce9")
    assert whole.verdict is Verdict.PASSED


@every_language("stdin")
def test_stdin_can_be_opened_by_name_and_is_at_its_end_when_none_is_given(
    box: Sandbox, probe: Probe
) -> None:
    cases = (("", "<>"), ("zwei\nZeilen ä", "<zwei\nZeilen ä>"))
    result = box.evaluate(*probe.work(*cases))
    assert result.verdict is Verdict.PASSED, result


# -- one job after another --------------------------------------------------------------------


@every_language("litter")
def test_no_file_outlives_its_job(box: Sandbox, probe: Probe) -> None:
    for _ in range(2):
        result = box.evaluate(*probe.work())
        assert result.verdict is Verdict.PASSED, result
        assert box.survivors() == []


@every_language("haunt")
def test_daemons_and_zombies_end_with_their_job(box: Sandbox, probe: Probe) -> None:
    limits = LIMITS.model_copy(update={"wall_s": 5.0})
    for _ in range(2):
        result = box.evaluate(*probe.work(("", "gone"), limits=limits))
        assert result.verdict is Verdict.PASSED, result
        assert box.survivors() == []


@every_language("tell")
def test_jobs_differ_in_their_uid_and_in_nothing_else(box: Sandbox, probe: Probe) -> None:
    told = [output(box, probe).split("\n\n") for _ in range(2)]
    uids = [field(status, "Uid").split() for status, _ in told]
    environments = [
        environment.replace(uid[0], "UID") for uid, (_, environment) in zip(uids, told, strict=True)
    ]
    assert all(len(set(uid)) == 1 and int(uid[0]) >= 10_000 for uid in uids)
    assert uids[0] != uids[1]
    assert environments[0] == environments[1]
    assert not re.search("docker|harness_home|token|secret", environments[0], re.IGNORECASE)


# -- privileges -------------------------------------------------------------------------------


@every_language("tell")
def test_a_candidate_has_no_privilege(box: Sandbox, probe: Probe) -> None:
    status = output(box, probe)
    kinds = ("CapInh", "CapPrm", "CapEff", "CapAmb", "CapBnd")
    capabilities = [int(field(status, name), 16) for name in kinds]
    # SETGID, SETUID and KILL are the agent's; the bound may name them, nobody else has them.
    assert capabilities == [0, 0, 0, 0, 1 << 5 | 1 << 6 | 1 << 7]
    assert field(status, "NoNewPrivs") == "1"
    assert field(status, "Seccomp") == "2"
    assert field(status, "Groups") == ""


@every_language("cpu_count")
def test_programs_see_the_cpus_they_may_use(box: Sandbox, probe: Probe) -> None:
    result = box.evaluate(*probe.work(("", "1")))
    assert result.verdict is Verdict.PASSED, result


def field(status: str, name: str) -> str:
    """A line of /proc/…/status."""
    found = re.search(rf"^{name}:[ \t]*(.*?)[ \t]*$", status, re.MULTILINE)
    assert found is not None, status
    return found[1]
