"""What a response gives for inputs made from the prompt's examples, against what siblings give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.flags.engine import clean
from harness.flags.siblings.places import called
from harness.flags.siblings.profile import Profile
from harness.flags.strength import hits_of, strength_of
from harness.models import Flag, Language, Layer, Result, Verdict

BEHAVES = "behaves-unlike-siblings"
CLEAR = 2 / 3
# One input may lie outside what the task speaks of; measured: docs/flags.md.
ENOUGH = 2
MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Odd:
    """An input on which a clear majority of the siblings agree, and on something else."""

    input: str
    gave: str
    usual: str
    agree: int


def gave(result: Result) -> dict[str, str]:
    """What a result gave for each input that was tried beside the tests.

    Not in SQL: rows that are equal may be printed in another order, or as other text.
    """
    if result.language is Language.SQL:
        return {}
    found = {one.input: _text(one.actual, one.verdict) for one in result.probes}
    for case in (*result.examples, *result.prompt_defects):
        found.setdefault(case.input, _text(case.actual, case.verdict))
    return found


def _text(actual: str, verdict: Verdict) -> str:
    """The value; of an exception its name, since texts of the same error differ."""
    text = " ".join(actual.split())
    if text.startswith("raises "):
        text = text.partition(":")[0]
    return text or f"ends with {verdict.value.replace('_', ' ')}"


def passes_examples(result: Result) -> bool:
    """Whether it ran and every example of the prompt came out right."""
    return bool(result.examples) and all(one.verdict is Verdict.PASSED for one in result.examples)


def odd_inputs(one: Profile, siblings: Sequence[Profile]) -> Iterator[Odd]:
    """Inputs on which a response stands alone or nearly so, in the order they were tried."""
    for text, own in one.gave.items():
        found = Counter(other.gave[text] for other in siblings if text in other.gave)
        usual, agree = min(found.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
        if agree >= CLEAR * len(siblings) and usual != own:
            yield Odd(text, own, usual, agree)


def behaviour_flag(one: Profile, siblings: Sequence[Profile]) -> Flag | None:
    """The flag of a response in the minority on ENOUGH inputs (or on all there are)."""
    odd = list(odd_inputs(one, siblings))
    if not odd or len(odd) < min(ENOUGH, len(one.gave)):
        return None
    first = min(odd, key=lambda found: (-found.agree, found.gave.startswith("ends with")))
    call, own, usual = (_short(text) for text in (first.input, first.gave, first.usual))
    message = (
        f"{call}: this one {_verb(own)}, {first.agree} of {len(siblings)} {called(siblings)} "
        f"{_verb(usual, many=True)} ({len(odd)} of {len(one.gave)} inputs differ)"
    )
    strength, precision = strength_of(BEHAVES, one.language)
    return Flag(
        rule=BEHAVES,
        layer=Layer.SIBLING,
        strength=strength,
        message=clean(message),
        question=clean(f"What should {call} give?"),
        line=one.head.line,
        column=one.head.column,
        end_line=one.head.end_line,
        end_column=one.head.end_column,
        source=one.head.source,
        language=one.language,
        precision=precision,
        hits=hits_of(BEHAVES, one.language),
    )


def _verb(text: str, *, many: bool = False) -> str:
    if text.startswith(("raises ", "ends with ")):
        return text.replace("raises", "raise", 1).replace("ends", "end", 1) if many else text
    return f"give{'' if many else 's'} {text}"


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
