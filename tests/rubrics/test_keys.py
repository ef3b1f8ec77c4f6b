"""Keys: one spelling, no clash, none that types where one writes or that the browser takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rubrics import DESK_KEYS, IN_FIELDS, bound_keys, check_keys, normal_key


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("t", "t"), ("T", "T"), ("shift+t", "T"), ("?", "?"), ("+", "+"), ("0", "0"),
        ("ctrl + s", "Ctrl+S"), ("Control+s", "Ctrl+S"), ("CTRL+ENTER", "Ctrl+Enter"),
        ("shift+ctrl+k", "Ctrl+Shift+K"),
    ],
)  # fmt: skip
def test_keys_have_one_spelling(written: str, normal: str) -> None:
    assert normal_key(written) == normal


@pytest.mark.parametrize(
    "written", ["", " ", "é", "Enter", "Tab", "Escape", "Alt+s", "Ctrl+1", "Ctrl++", "Ctrl", "tt"]
)
def test_what_moves_types_or_depends_on_the_keyboard_is_no_key(written: str) -> None:
    assert normal_key(written) is None
    assert check_keys({"mark": written})[0].action == "mark"


def test_the_defaults_of_the_desk_can_all_be_bound() -> None:
    assert check_keys(DESK_KEYS) == ()
    assert {DESK_KEYS[action][:5] for action in IN_FIELDS} == {"Ctrl+"}


def test_two_actions_may_swap_their_keys() -> None:
    assert check_keys({"mark": "r", "run": "m"}) == ()
    (fault,) = check_keys({"mark": "r"})
    assert "r is the key of run already" in fault.message


def test_keys_for_marking_may_be_the_same_as_others_but_not_as_each_other() -> None:
    known = ["severity.high", "severity.low", "category.style"]
    assert (
        check_keys({"severity.high": "s", "severity.low": "1", "category.style": "r"}, known) == ()
    )
    (fault,) = check_keys({"severity.high": "s", "severity.low": "s"}, known)
    assert fault.action == "severity.low"


def test_a_trainers_keys_lie_over_the_rubrics() -> None:
    keys = bound_keys({"axis.style": "z", "run": "R"}, {"run": "ctrl+shift+e"})
    assert (keys["axis.style"], keys["run"], keys["tie"]) == ("z", "Ctrl+Shift+E", "t")


KEYS = st.one_of(
    st.sampled_from([*DESK_KEYS.values(), "w", "Ctrl+W", "ctrl+e", "Alt+x", "Tab"]),
    st.text(max_size=12),
)


@given(bindings=st.dictionaries(st.sampled_from([*DESK_KEYS, "axis.a", "severity.b"]), KEYS))
def test_bindings_without_a_fault_are_unambiguous(bindings: dict[str, str]) -> None:
    if check_keys(bindings, ["axis.a", "severity.b"]):
        return
    keys = bound_keys(bindings)
    at_the_desk = [key for action, key in keys.items() if not action.startswith("severity.")]
    assert len(set(at_the_desk)) == len(at_the_desk)
    assert all(keys[action].startswith("Ctrl+") for action in IN_FIELDS)


@given(key=st.text(max_size=14))
def test_the_spelling_of_a_spelling_is_itself(key: str) -> None:
    normal = normal_key(key)
    assert normal is None or normal_key(normal) == normal
