"""Calls that a program makes on its own: what it printed is read, whatever it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.runners._cpp_examples import literal, split_type
from harness.runners._printed import printed_answers


def test_replies_stand_between_what_the_response_prints() -> None:
    report = {"stdout": 'a\x020 {"value": 1}\x03b\x021 {"value": 2}\x03c', "exit": 0}
    assert printed_answers(report, 2) == [{"reply": '{"value": 1}'}, {"reply": '{"value": 2}'}]


def test_a_call_that_ends_its_own_process_has_its_ending() -> None:
    report = {"stdout": "\x020 signal 11\x03\x021 exit 3\x03", "exit": 0}
    assert printed_answers(report, 2) == [{"process": {"signal": 11}}, {"process": {"exit": 3}}]


def test_what_a_limit_cut_off_and_what_was_never_asked() -> None:
    report = {"stdout": '\x020 {"value": 1}\x03', "cause": "cpu"}
    assert printed_answers(report, 3) == [
        {"reply": '{"value": 1}'}, {"process": report}, {"skipped": True},
    ]  # fmt: skip
    assert printed_answers({"skipped": True}, 1) == [{"skipped": True}]


@given(st.text(st.sampled_from("\x02\x03 0123{}signalexit-"), max_size=60))
def test_forged_output_is_read_without_harm(text: str) -> None:
    assert len(printed_answers({"stdout": text}, 3)) == 3


def test_cpp_literals_have_their_type_at_every_level() -> None:
    assert (
        literal([[1], []], "vector<vector<int>>")
        == "vector<vector<int>>{vector<int>{1}, vector<int>{}}"
    )
    assert literal({"a": 1}, "map<string, int>") == 'map<string, int>{{std::string("a", 1), 1}}'
    assert literal([1, "b"], "pair<int, char>") == "pair<int, char>(1, char(98))"
    assert literal('"\n\0é?', "string") == r'std::string("\042\012\000\303\251\077", 6)'
    assert literal(2**40, "long long") == f"{2**40}LL"
    assert literal(-(2**63), "long long") == "(-9223372036854775807LL - 1)"
    assert literal(None, "optional<int>") == "optional<int>()"


def test_cpp_types_are_split_at_their_own_commas() -> None:
    inner = ["std::string", "std::pair<int, int>"]
    assert split_type("std::map<std::string, std::pair<int, int>>") == ("map", inner)
    assert split_type("long long") == ("long long", [])
