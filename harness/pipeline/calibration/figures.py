"""From groups of observations to the figures of the strength file, and to who is strong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from harness.flags import rules
from harness.flags.rule import Rule
from harness.flags.strength import Hits, Measured
from harness.flags.strength_file import Group as Figures
from harness.flags.strength_file import LanguageFigures, Share
from harness.models import Language, Layer, Strength
from harness.pipeline.calibration.observe import SYNTAX, Observation, RuleKey
from harness.pipeline.calibration.tally import Group, Half, Pair, Tally, pairs_of, parsing, tally
from harness.quality.intervals import wilson

Rows = dict[str, dict[Language, Measured]]
DIGITS = 4


@dataclass(frozen=True)
class Thresholds:
    """What makes a rule strong in a language.

    ratio: so many hits on wrong responses for each on a right one, and so many times as often,
    over at least ``hits`` hits that come from at least ``tasks`` tasks; and again in each half of
    the tasks that has at least ``half_hits`` of them. Wrong ones must also be hit
    ``ratio`` times as often as right ones to any task, those that nobody failed included, and of
    those right ones at most the share ``false_share``: a trainer who is told "strong" for one good
    answer in twenty stops looking.
    """

    ratio: float = 3.0
    hits: int = 20
    half_hits: int = 5
    tasks: int = 3
    false_share: float = 0.03

    def strength(
        self, whole: Tally, dev: Tally, test: Tally, false: int, right_size: int
    ) -> Strength:
        """Dev decides, test confirms; a half with too few hits to say anything does neither.

        false, right_size: right responses to any task that were hit, and all there are.
        """
        enough = whole.total >= self.hits and whole.tasks >= self.tasks
        halves = [half for half in (dev, test) if half.total >= self.half_hits]
        everywhere = whole.wrong * right_size >= self.ratio * false * whole.wrong_size
        rare = false <= self.false_share * right_size
        agreed = bool(halves) and all(one.reaches(self.ratio) for one in (whole, *halves))
        return Strength.STRONG if enough and agreed and everywhere and rare else Strength.HINT

    def as_dict(self) -> dict[str, float]:
        """For the file."""
        return asdict(self)


def rule_rows(groups: Sequence[Group], seed: int, thresholds: Thresholds) -> Rows:
    """Every rule in every language that has tasks with both right and wrong responses."""
    found: Rows = {}
    for language in Language:
        measured = _Measured.of([one for one in groups if language in _spoken(one)], seed)
        if not measured.mixed:
            continue
        for rule in rules().values():
            if language in rule.languages:
                row = measured.row(rule, language, thresholds)
                found.setdefault(rule.id, {})[language] = row
    return dict(sorted(found.items()))


def _spoken(group: Group) -> tuple[Language, ...]:
    """Languages of a task's responses: a page has scripts."""
    if group.language is Language.HTML:
        return (Language.HTML, Language.JAVASCRIPT)
    return (group.language,)


@dataclass(frozen=True)
class _Measured:
    """Mixed groups and their pairs; parsed: without wrong responses that do not parse.

    right: right responses to all tasks.
    """

    mixed: list[Group]
    parsed: list[Group]
    right: list[Observation]
    pairs: list[Pair]
    parsed_pairs: list[Pair]

    @classmethod
    def of(cls, groups: Sequence[Group], seed: int) -> _Measured:
        mixed = [group for group in groups if group.mixed]
        parsed = [group for group in parsing(mixed) if group.mixed]
        right = [one for group in groups for one in group.right]
        return cls(mixed, parsed, right, pairs_of(mixed, seed), pairs_of(parsed, seed))

    def row(self, rule: Rule, language: Language, thresholds: Thresholds) -> Measured:
        """A rule's figures. Only rules for what does not parse are asked about that."""
        groups, pairs = (
            (self.mixed, self.pairs) if rule.broken else (self.parsed, self.parsed_pairs)
        )
        key = (rule.id, language)
        whole, dev, test = _halves(groups, lambda one: key in one.flags)
        better, worse = _told_apart(pairs, lambda one: {key: one.flags.get(key, 0)})
        false = sum(key in one.flags for one in self.right)
        return Measured(
            strength=thresholds.strength(whole, dev, test, false, len(self.right)),
            wrong=whole.wrong,
            right=whole.right,
            lift=_rounded(whole.lift),
            tasks=whole.tasks,
            dev=_hits(dev),
            test=_hits(test),
            pairs=len(pairs),
            discriminating=better,
            reverse=worse,
            all_right=false,
            all_right_size=len(self.right),
        )


def _halves(
    groups: Sequence[Group], hit: Callable[[Observation], bool]
) -> tuple[Tally, Tally, Tally]:
    dev, test = (tally([one for one in groups if one.half is half], hit) for half in Half)
    return tally(groups, hit), dev, test


def _hits(found: Tally) -> Hits:
    return Hits(wrong=found.wrong, right=found.right, lift=_rounded(found.lift))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _told_apart(
    pairs: Iterable[Pair], flags: Callable[[Observation], Mapping[RuleKey, int]]
) -> tuple[int, int]:
    """(discriminating, reverse) pairs: F(wrong) - F(right) is not empty, and the other way."""
    better = worse = 0
    for wrong, right in pairs:
        bad, good = Counter(flags(wrong)), Counter(flags(right))
        better += bool(bad - good)
        worse += bool(good - bad)
    return better, worse


Chosen = Callable[[RuleKey], bool]


def language_rows(
    groups: Sequence[Group], rows: Rows, seed: int
) -> dict[Language, LanguageFigures]:
    """Figures of each language; rows: what was decided about the rules."""
    strong = {
        (rule, language)
        for rule, by_language in rows.items()
        for language, row in by_language.items()
        if row.strength is Strength.STRONG
    }
    return {
        language: _language([one for one in groups if one.language == language], strong, seed)
        for language in Language
        if any(one.language == language for one in groups)
    }


def _language(groups: Sequence[Group], strong: set[RuleKey], seed: int) -> LanguageFigures:
    measured = _Measured.of(groups, seed)
    right = measured.right
    test = [group for group in measured.mixed if group.half is Half.TEST]
    layers = {"syntax": _figures(measured.mixed, [], lambda key: key[0] == SYNTAX)}
    for layer in Layer:
        layers[layer.value] = _figures(measured.parsed, measured.parsed_pairs, _of_layer(layer))
    layers["all"] = _figures(measured.parsed, measured.parsed_pairs, lambda key: key[0] != SYNTAX)
    layers["strong"] = _figures(measured.mixed, measured.parsed_pairs, strong.__contains__)
    layers["strong (test half)"] = _figures(
        test, pairs_of([one for one in parsing(test) if one.mixed], seed), strong.__contains__
    )
    return LanguageFigures(
        right=len(right),
        wrong=sum(len(group.wrong) for group in groups),
        tasks=len(groups),
        mixed=len(measured.mixed),
        unparsed_wrong=sum(not one.parses for group in measured.mixed for one in group.wrong),
        false_flags=_share(sum(_is_hit(one, strong.__contains__) for one in right), len(right)),
        layers=layers,
    )


def _of_layer(layer: Layer) -> Chosen:
    return lambda key: key[0] != SYNTAX and rules()[key[0]].layer is layer


def _is_hit(one: Observation, chosen: Chosen) -> bool:
    return any(map(chosen, one.flags))


def _figures(groups: Sequence[Group], pairs: Sequence[Pair], chosen: Chosen) -> Figures:
    found = tally(groups, lambda one: _is_hit(one, chosen))
    better, worse = _told_apart(
        pairs, lambda one: {key: count for key, count in one.flags.items() if chosen(key)}
    )
    return Figures(
        wrong=_share(found.wrong, found.wrong_size),
        right=_share(found.right, found.right_size),
        lift=_rounded(found.lift),
        pairs=len(pairs),
        discriminating=better,
        reverse=worse,
    )


def _share(hits: int, size: int) -> Share:
    low, high = wilson(hits / size if size else 0.0, size)
    return Share(hits=hits, size=size, low=round(low, DIGITS), high=round(high, DIGITS))
