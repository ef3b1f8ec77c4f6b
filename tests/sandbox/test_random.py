"""Whatever a response is made of, it gets a verdict and the next one does not notice.

The same inputs every time; ``tests/soak`` tries new ones for as long as one likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from harness.models import Language, Response, Task
from tests.sandbox.random_work import holds, random_work

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

# A compiler takes its time; the others take milliseconds.
TRIES = {Language.CPP: 4, Language.CSHARP: 8, Language.HTML: 6, Language.SQL: 12}


@pytest.mark.engine
@pytest.mark.parametrize("language", list(Language), ids=str)
def test_random_responses_end_in_a_verdict(sandbox: Sandbox, language: Language) -> None:
    @settings(
        max_examples=TRIES.get(language, 20),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(work=random_work(language))
    def check(work: tuple[Task, Response]) -> None:
        holds(sandbox, *work)

    check()
