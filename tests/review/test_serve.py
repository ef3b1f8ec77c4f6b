"""``harness review serve`` as a command: no set-up, a link that lets in once, this machine only."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.conftest import ROOT


def command(home: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "harness", "review", "serve", *options],
        env={**os.environ, "HARNESS_HOME": str(home), "PYTHONPATH": str(ROOT)}, cwd=home,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = command(home, "--port", str(port))
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def test_the_link_lets_its_owner_in_once_and_no_one_else(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, link):
        found = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/welcome/[\w-]{20,}", link)
        assert found, link
        origin = found[1]
        mine = browser()
        assert "Come in" in mine.open(link).read().decode()
        ask = urllib.request.Request(link, b"", {"Origin": origin})
        assert "There is no project yet" in mine.open(ask).read().decode()
        with pytest.raises(urllib.error.HTTPError, match="410"):
            browser().open(urllib.request.Request(link, b"", {"Origin": origin}))
        assert "/sign-in" in browser().open(origin + "/").url
    assert process.returncode == 0


def test_a_second_start_gives_a_new_link_to_the_same_person(tmp_path: Path) -> None:
    for _ in range(2):
        with serving(tmp_path) as (_, link):
            mine = browser()
            origin = link.split("/welcome/")[0]
            mine.open(urllib.request.Request(link, b"", {"Origin": origin}))
            people = mine.open(origin + "/manage/people").read().decode()
            assert people.count("<td><bdi>owner</bdi></td>") == 1


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--host", "0.0.0.0"), 2, "--team"),
        (("--host", "203.0.113.7", "--team"), 1, "cannot listen"),
    ],
)
def test_what_cannot_be_served_says_why(
    tmp_path: Path, options: tuple[str, ...], code: int, says: str
) -> None:
    process = command(tmp_path, *options)
    out, error = process.communicate(timeout=30)
    assert process.returncode == code
    assert says in error
    assert "/welcome/" not in out
