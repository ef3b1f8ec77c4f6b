"""Packing and escaping lose nothing, whatever a candidate printed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.models import (
    CaseResult,
    Flag,
    FlagPlace,
    InvalidRow,
    Language,
    Layer,
    Probe,
    Result,
    Strength,
    Trust,
    Verdict,
)
from harness.store.codec import escape, pack, unescape, unpack

# Every code point, with those that databases refuse made likely.
HOSTILE = st.text(st.characters(codec=None) | st.sampled_from("\x00\x1a\ud800\udc80\udfff0a"))


@given(HOSTILE)
def test_packed_text_comes_back_exactly(text: str) -> None:
    row = InvalidRow(file=text, line=1, reason=text)
    assert unpack(InvalidRow, pack(row)) == row


@given(HOSTILE)
def test_escaped_text_is_storable_and_comes_back_exactly(text: str) -> None:
    stored = escape(text)
    assert b"\x00" not in stored.encode("utf-8")
    assert unescape(stored) == text


@given(HOSTILE, HOSTILE)
def test_different_texts_stay_different(one: str, other: str) -> None:
    assert (escape(one) == escape(other)) == (one == other)


@given(HOSTILE)
def test_a_result_comes_back_with_its_flags(text: str) -> None:
    place = FlagPlace(line=1, column=1, end_line=2, end_column=1, message=text)
    flag = Flag(
        rule="stub-body", layer=Layer.CONTRACT, strength=Strength.STRONG, message=text,
        question=text, line=1, column=1, end_line=1, end_column=2, source=text,
        language=Language.HTML, related=(place,), precision=0.75,
    )  # fmt: skip
    result = Result(
        response_id="r", task_id="t", language=Language.HTML, model="m", verdict=Verdict.FAILED,
        trust=Trust.ISOLATED, flags=(flag, flag),
    )  # fmt: skip
    assert unpack(Result, pack(result)) == result


@given(HOSTILE)
def test_a_result_comes_back_with_its_examples(text: str) -> None:
    case = CaseResult(name=text, verdict=Verdict.FAILED, input=text, expected=text, actual=text)
    result = Result(
        response_id="r", task_id="t", language=Language.CPP, model="m", verdict=Verdict.PASSED,
        trust=Trust.ISOLATED, examples=(case,), prompt_defects=(case, case),
        probes=(Probe(name=text, verdict=Verdict.PASSED, input=text, actual=text),),
    )  # fmt: skip
    assert unpack(Result, pack(result)) == result


def test_a_result_of_before_examples_comes_back_without_any() -> None:
    old = Result(
        response_id="r", task_id="t", language=Language.SQL, model="m", verdict=Verdict.PASSED,
        trust=Trust.ISOLATED,
    )  # fmt: skip
    row = old.model_dump(exclude={"examples", "probes", "prompt_defects"})
    assert Result.model_validate(row) == old
