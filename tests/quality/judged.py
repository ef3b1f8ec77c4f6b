"""Small projects, judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.models import Answer, Language, Verdict
from harness.models.judged import Judged, JudgedItem, JudgedResponse, Opinion

PASS, FAIL, OURS = Verdict.PASSED, Verdict.FAILED, Verdict.HARNESS_ERROR


def response(position: int, verdict: Verdict = PASS, **fields: object) -> JudgedResponse:
    values: dict[str, object] = {
        "position": position, "run_id": "r", "response_id": f"r{position}", "verdict": verdict,
        "model": "ab"[(position - 1) % 2], "code_chars": 100 * position,
        "code_digest": f"d{position}",
    }  # fmt: skip
    return JudgedResponse.model_validate(values | fields)


def item(
    name: str,
    responses: Sequence[JudgedResponse] | None = None,
    language: Language = Language.PYTHON,
    task_id: str | None = None,
) -> JudgedItem:
    both = responses or (response(1), response(2, FAIL))
    return JudgedItem(
        item_id=name, task_id=task_id or f"t-{name}", language=language, responses=tuple(both)
    )


def opinion(
    item_id: str, person: str, preference: int | None = None, *, left: int = 1, **fields: object
) -> Opinion:
    """``left``: position of the response displayed left."""
    own = {key: fields.pop(key) for key in list(fields) if key in Answer.model_fields}
    answer = Answer.model_validate({"preference": preference, **own})
    order = (1, 2) if left == 1 else (2, 1)
    return Opinion.model_validate(
        {"item_id": item_id, "person_id": person, "answer": answer, "order": order, **fields}
    )


def judged(
    items: Sequence[JudgedItem],
    opinions: Sequence[Opinion],
    axes: Mapping[str, tuple[int, ...]] | None = None,
) -> Judged:
    names = {one.person_id: one.person_id.title() for one in opinions}
    return Judged(
        project="p", axes=dict(axes or {}), names=names, items=tuple(items),
        opinions=tuple(opinions),
    )  # fmt: skip
