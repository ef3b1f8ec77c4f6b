"""The bundled responses, dealt to made-up models, so that there is somebody to rank."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.intake import bundled_responses
from harness.models import Language, Response

MODELS = ("amber", "birch", "cedar")
# Who gets the right response to a language's first task, to its second …: 4, 3 and 1 of eight.
_TURNS = (0, 1, 0, 2, 0, 1, 0, 1)


def deal(tasks: Path, file: Path) -> int:
    """Write the bundled responses as rows of ``file``, each with a model; returns how many.

    The same tasks give the same rows. Raises InputError for a response that cannot be read.
    """
    by_task: dict[str, list[Response]] = {}
    for one in bundled_responses(tasks):
        if not isinstance(one, Response):
            raise InputError(one.reason, file=one.file, line=one.line)
        by_task.setdefault(one.task_id, []).append(one)
    rows = [json.dumps(row) for row in _rows(by_task.values())]
    file.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return len(rows)


def _rows(tasks: Iterable[list[Response]]) -> Iterator[dict[str, Any]]:
    """Of each task the right response goes to whose turn it is, the others to the others in turn.

    So a right and a wrong one are never of the same model.
    """
    seen: Counter[Language | None] = Counter()
    for responses in tasks:
        language = responses[0].language
        turn = _TURNS[seen[language] % len(_TURNS)]
        seen[language] += 1
        others = itertools.cycle(MODELS[turn + 1 :] + MODELS[:turn])
        for one in responses:
            model = MODELS[turn] if one.expected_pass else next(others)
            yield {
                "response_id": one.response_id, "task_id": one.task_id, "model": model,
                "language": language, "form": one.form, "expected_pass": one.expected_pass,
                "text": one.text,
            }  # fmt: skip
