"""The changes that ``make mutate`` makes: all that were meant, and none that no test should see."""

from __future__ import annotations

import ast

from benchmarks._mutants import mutants_of, mutated

SOURCE = '''
"""A docstring is not changed."""
from somewhere import thing
__all__ = ["row"]
LIMIT: int = 3

@thing("decorated")
def row(pair, limit=2, *, strict=False):
    """Nor is this one."""
    assert limit > 0, "a reason"
    if pair.margin >= limit and not strict:
        raise ValueError("too much of it")
    found = {"chosen": pair.chosen, "why": f"{limit} at most"}
    found.update(extra(pair, found))
    return found
'''


def changes() -> dict[int, set[str]]:
    """By line."""
    found: dict[int, set[str]] = {}
    for one in mutants_of(SOURCE):
        found.setdefault(one.line, set()).add(one.change)
    return found


def test_changes_are_those_that_were_meant() -> None:
    found = changes()
    assert found.keys() == {5, 8, 11, 12, 13, 14, 15}
    assert found[5] == {"3 → 4", "3 → 2"}
    assert found[8] == {"2 → 3", "2 → 1", "False → True"}
    assert "pair.margin >= limit → pair.margin > limit" in found[11]
    assert "not strict → strict" in found[11]
    assert "pair.margin >= limit and (not strict) → pair.margin >= limit or not strict" in found[11]
    assert found[12] == {"raise ValueError('too much of it') → pass"}
    assert found[13] == {
        "'chosen' → 'rejected'", "pair.chosen → pair.rejected", "'why' → 'why_x'",
    }  # fmt: skip
    assert found[14] == {
        "found.update(extra(pair, found)) → pass", "extra(pair, found) → extra(found, pair)",
    }  # fmt: skip
    assert found[15] == {"return found → return None"}


def test_a_default_is_changed_where_it_is_made() -> None:
    functions = {one.line: one.function for one in mutants_of(SOURCE)}
    assert (functions[5], functions[8], functions[11]) == (None, None, ("row", 7))


def test_each_is_one_change_to_the_whole_module() -> None:
    plain = ast.unparse(ast.parse(SOURCE)).splitlines()
    mutants = mutants_of(SOURCE)
    assert [one.number for one in mutants] == list(range(len(mutants)))
    for one in mutants:
        changed = ast.unparse(mutated(SOURCE, one.number)).splitlines()
        assert sum(a != b for a, b in zip(plain, changed, strict=True)) == 1, one
