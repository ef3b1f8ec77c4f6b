"""The HTTP API keeps to its own OpenAPI document, whatever it is asked (schemathesis)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from harness.models.review import Role
from harness.review.app import create_app
from harness.review.options import ReviewOptions
from harness.store import ReviewStore, Store

EXAMPLES = 12
# An answer may fit the schema and still name a letter that is not shown, or miss what the rubric
# wants: the rubric, not the document, decides, and says so with 422.
RULED = {f"/api/desk/{{assignment_id}}/{what}" for what in ("draft", "first", "submit")}


@dataclass
class Target:
    """The application's document, a manager's token and ids that exist."""

    schema: Any
    headers: dict[str, str]
    ids: dict[str, str]


@pytest.fixture
def target(store: Store, review: ReviewStore, options: ReviewOptions) -> Target:
    person = review.add_person("Mia", "mia", Role.MANAGER)
    other = review.add_person("Tina", "tina", Role.TRAINER)
    _, secret = review.create_token(person.person_id, "schema")
    spare, _ = review.create_token(person.person_id, "spare")
    invite, _ = review.invite(Role.TRAINER, handle="later")
    claimed = review.claim_next("spans", person.person_id)
    assert claimed is not None
    ids = {
        "slug": "spans", "assignment_id": claimed.assignment_id, "item_id": claimed.item_id,
        "person_id": other.person_id, "token_id": spare.token_id, "invite_id": invite.invite_id,
    }  # fmt: skip
    # The address of the test client names no host this server knows but by this option.
    app = create_app(store, options.model_copy(update={"hosts": ("testserver", "localhost")}))
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    return Target(schema, {"Authorization": f"Bearer {secret}"}, ids)


def half_of_them_exist(target: Target) -> None:
    """Half of the time the ids in an address are those of something that exists."""

    @target.schema.hook  # type: ignore[untyped-decorator]
    def map_path_parameters(context: Any, path_parameters: Any) -> dict[str, Any]:
        known = {} if sandboxed(context.operation) else target.ids
        return {
            name: known.get(name, value) if len(str(value)) % 2 else value
            for name, value in (path_parameters or {}).items()
        }


def sandboxed(operation: Any) -> bool:
    """Whether it would really run code: those have tests of their own, in test_runs.py."""
    return str(operation.path).startswith("/api/desk/{assignment_id}/runs")


def faults_of(operation: Any, headers: dict[str, str], reached: set[str]) -> list[str]:
    """What schemathesis finds wrong with the answers of one operation."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call_and_validate(
            headers=headers,
            excluded_checks=[positive_data_acceptance] if operation.path in RULED else [],
        )
        if answer.status_code < 300:
            reached.add(operation.label)

    try:
        ask()
    except FailureGroup as fault:
        return [f"{operation.label}: {one}" for one in fault.exceptions]
    return []


def test_answers_are_as_documented(target: Target) -> None:
    half_of_them_exist(target)
    operations = [found.ok() for found in target.schema.get_all_operations()]
    reached: set[str] = set()
    faults = [fault for one in operations for fault in faults_of(one, target.headers, reached)]
    assert not faults, "\n\n".join(faults)
    # Documented, and really gone through: a walk of 404s would prove nothing.
    assert len(operations) >= 25
    wanted = {one.label for one in operations if not sandboxed(one)}
    assert len(wanted - reached) <= 5, wanted - reached
