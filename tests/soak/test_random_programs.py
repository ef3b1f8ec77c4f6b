"""Random text and damaged answers, in every language, for as long as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from harness.models import Language, Response, Task
from tests.sandbox.conftest import sandbox
from tests.sandbox.random_work import holds, random_work

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

__all__ = ["sandbox"]
pytestmark = [pytest.mark.soak, pytest.mark.engine]

TRIES = {Language.CPP: 300, Language.HTML: 500}


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_random_responses_end_in_a_verdict(sandbox: Sandbox, language: Language) -> None:
    @settings(
        max_examples=TRIES.get(language, 3000),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(work=random_work(language))
    def check(work: tuple[Task, Response]) -> None:
        holds(sandbox, *work)

    check()
