"""Words and figures of a project's agreement, the same on a page and in a terminal."""

from __future__ import annotations

from harness.quality.agreement import AgreementReport, GroupAgreement
from harness.quality.bias import Share
from harness.quality.ratings import Measure
from harness.reporting.text import one_line, plural

NONE = "–"


def headline(group: GroupAgreement) -> str:
    """How much was judged by how many."""
    people = "1 person" if group.annotators == 1 else f"{group.annotators} people"
    return (
        f"{plural(group.judgments, 'judgment')} by {people} on {plural(group.items, 'item')}, "
        f"{group.overlapping:,} of them judged more than once"
    )


def share_rows(report: AgreementReport) -> list[tuple[str, Share]]:
    """What else decides, and whether people agree with what was measured: words and share."""
    bias, grounds = report.bias, report.grounds
    return [
        ("the response displayed left (50 % if sides do not matter)", bias.left),
        ("the longer response", bias.longer),
        ("the longer response, verdicts being equal", bias.longer_same_verdict),
        ("the one that passed, beside one that did not", grounds.verdict),
        ("the one with fewer strong flags", grounds.strong),
        ("the one with fewer hints", grounds.hints),
        ("ties beside one that passed and one that did not (all votes)", grounds.verdict_ties),
        ("the same response when sides were swapped (two votes)", bias.swapped),
        ("the same response when sides were alike (two votes)", bias.unswapped),
        ("the same response when sides were swapped, same person", bias.swapped_same_person),
        ("acceptable or not, as the verdict is (all answers)", grounds.acceptable),
        *((f"flag accepted: {one_line(one.rule, 40)}", one.accepted) for one in grounds.rules),
    ]


def reasons(group: GroupAgreement) -> list[str]:
    """Why figures are missing, each reason once."""
    found: dict[str, list[str]] = {}
    for one in group.subjects:
        measures = {
            "equal": one.percent, "Cohen": one.cohen, "Fleiss": one.fleiss, "alpha": one.alpha,
            "AC1": one.ac1,
        }  # fmt: skip
        for name, measure in measures.items():
            if measure.undefined:
                found.setdefault(f"{one.name}: {measure.undefined}", []).append(name)
    return [f"{NONE} {', '.join(names)} of {why}" for why, names in found.items()]


def interval(measure: Measure) -> str:
    """The limits, or a dash."""
    if measure.low is None or measure.high is None:
        return NONE
    return f"{measure.low:.2f} … {measure.high:.2f}"


def figure(measure: Measure) -> str:
    """The value, or a dash."""
    return NONE if measure.value is None else f"{measure.value:.2f}"


def share_of(value: float | None) -> str:
    """Whole percents, or a dash."""
    return NONE if value is None else f"{100 * value:.0f} %"


def share(share: Share) -> tuple[str, str, str]:
    """Share, limits and how many it was of."""
    if share.value is None or share.low is None or share.high is None:
        return NONE, "", "0"
    limits = f"{100 * share.low:.0f} … {100 * share.high:.0f}"
    return share_of(share.value), limits, f"{share.of:,}"
