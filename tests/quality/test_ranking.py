"""Bradley-Terry: right by hand and beside evalica, honest where an order cannot be had."""

from __future__ import annotations

import math
import random

import evalica
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.models import Language
from harness.quality.bradley_terry import scores, strengths
from harness.quality.ranking import Basis, Comparison, Ranking, rank, rank_rates, rank_votes
from harness.quality.verdict_ranks import _draws, verdict_rankings
from harness.quality.votes import votes
from harness.reporting.ranks import notes_of
from tests.quality.judged import item, judged, opinion, response


def won(winner: str, loser: str, times: int = 1, unit: str = "") -> list[Comparison]:
    return [Comparison(unit or f"u{n}", winner, loser, 1.0, 0.0) for n in range(times)]


def ranked(
    comparisons: list[Comparison], *, seed: int = 0, resamples: int = 50
) -> tuple[Ranking, ...]:
    return rank(comparisons, Basis.JUDGMENTS, seed=seed, resamples=resamples)


def order(ranking: Ranking) -> list[str]:
    return [one.model for one in ranking.models]


def test_two_models_by_hand() -> None:
    """3 wins to 1: p_a / p_b = 3, chance 0.75; a tie is half a win for each."""
    (found,) = ranked([*won("a", "b", 3), *won("b", "a", 1)])
    assert [one.score for one in found.models] == pytest.approx([0.75, 0.25])
    assert [one.strength for one in found.models] == pytest.approx(
        [math.log(3) / 2, -math.log(3) / 2]
    )
    (tied,) = ranked([*won("a", "b", 1), *[Comparison("t", "a", "b", 0.5, 0.5)] * 2])
    assert tied.models[0].score == pytest.approx(2 / 3)
    assert (tied.models[0].won, tied.models[0].compared) == (2.0, 3.0)


def test_a_published_example() -> None:
    """https://en.wikipedia.org/wiki/Bradley%E2%80%93Terry_model, worked example: four players."""
    wins = np.array([[0, 2, 0, 1], [3, 0, 5, 0], [0, 3, 0, 1], [4, 0, 3, 0]], dtype=float)
    found = np.exp(strengths(wins))
    assert found == pytest.approx([0.640, 1.043, 0.660, 2.270], abs=0.0006)


outcomes = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from((0.0, 0.5, 1.0))),
    min_size=4, max_size=40,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(outcomes)
def test_strengths_are_those_of_evalica(rows: list[tuple[int, int, float]]) -> None:
    names = "abcd"
    # All beat each other once, so that strengths exist.
    ring = [(i, j, 1.0) for i in range(4) for j in range(4) if i != j]
    games = [(i, j, won) for i, j, won in [*rows, *ring] if i != j]
    (found,) = ranked(
        [Comparison("u", names[i], names[j], won, 1 - won) for i, j, won in games], resamples=0
    )
    winners = {0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw, 1.0: evalica.Winner.X}
    theirs = evalica.bradley_terry(
        [names[i] for i, _, _ in games], [names[j] for _, j, _ in games],
        [winners[won] for _, _, won in games], tolerance=1e-12, limit=100_000,
        index=pd.Index(list(names)),
    ).scores  # fmt: skip
    logs = {name: math.log(theirs[name]) for name in names}
    mean = sum(logs.values()) / 4
    for one in found.models:
        assert one.strength == pytest.approx(logs[one.model] - mean, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(outcomes, st.randoms(use_true_random=False))
def test_order_and_sides_do_not_matter(
    rows: list[tuple[int, int, float]], rng: random.Random
) -> None:
    games = [
        Comparison(f"u{n % 5}", "abcd"[i], "abcd"[j], won, 1 - won)
        for n, (i, j, won) in enumerate(rows)
    ]
    turned = [
        Comparison(one.unit, one.second, one.first, one.second_wins, one.first_wins)
        for one in games
    ]  # fmt: skip
    rng.shuffle(turned)
    for one, other in zip(ranked(games), ranked(turned), strict=True):
        assert one.model_copy(update={"models": ()}) == other.model_copy(update={"models": ()})
        scores_of = [{row.model: row.score for row in some.models} for some in (one, other)]
        assert scores_of[0] == pytest.approx(scores_of[1])


@settings(max_examples=25, deadline=None)
@given(outcomes)
def test_scores_are_chances_that_average_to_a_half(rows: list[tuple[int, int, float]]) -> None:
    games = [
        Comparison(f"u{n}", "abcd"[i], "abcd"[j], won, 1 - won)
        for n, (i, j, won) in enumerate(rows)
    ]
    for found in ranked(games):
        assert sum(one.score for one in found.models) == pytest.approx(len(found.models) / 2)
        for one in found.models:
            assert 0 <= one.score <= 1
            assert one.low is None or one.low <= one.score <= (one.high or 0)


def test_comparisons_that_fall_apart_give_rankings_of_their_own() -> None:
    found = ranked([*won("a", "b", 3), *won("b", "a", 1), *won("c", "d", 2), *won("d", "c", 1)])
    assert [order(one) for one in found] == [["a", "b"], ["c", "d"]]
    assert [(one.part, one.parts) for one in found] == [(1, 2), (2, 2)]
    assert "no order between models of different groups" in " ".join(notes_of(found[0]))


def test_one_that_never_lost_has_a_score_and_no_strength() -> None:
    (found,) = ranked([*won("a", "b", 5), *won("b", "c", 3), *won("c", "b", 3)])
    assert order(found)[0] == "a"
    assert not found.bounded
    assert 0.99 < found.models[0].score <= 1
    assert [one.strength for one in found.models] == [None, None, None]
    assert [one.never_lost for one in found.models] == [True, False, False]
    assert "a never lost a comparison" in " ".join(notes_of(found))


def test_a_group_that_always_beats_the_rest_is_no_bound_either() -> None:
    games = [
        *won("a", "b"), *won("b", "a"), *won("c", "d"), *won("d", "c"), *won("a", "c", 2),
    ]  # fmt: skip
    (found,) = ranked(games)
    assert not found.bounded
    assert not any(one.never_lost for one in found.models)
    assert "won every comparison with the rest" in " ".join(notes_of(found))


def test_the_same_seed_gives_the_same_interval_and_more_tasks_a_narrower_one() -> None:
    rng = random.Random(1)
    games = [
        Comparison(f"u{n}", "a", "b", won, 1 - won)
        for n, won in enumerate(float(rng.random() < 0.6) for _ in range(400))
    ]
    first, again, other = (ranked(games, seed=seed)[0] for seed in (1, 1, 2))
    assert first == again
    assert first.models[0].low != other.models[0].low
    few = ranked(games[:25])[0].models[0]
    many = first.models[0]
    assert many.low is not None
    assert many.high is not None
    assert few.low is not None
    assert few.high is not None
    assert many.high - many.low < (few.high - few.low) / 2
    assert many.low < 0.6 < many.high


def test_judgments_of_one_task_are_drawn_together() -> None:
    once = [Comparison(f"u{n}", "a", "b", float(n % 3 > 0), float(n % 3 == 0)) for n in range(30)]
    one, five = (ranked(once * times, resamples=300)[0].models[0] for times in (1, 5))
    assert one.low == pytest.approx(five.low or 0, abs=0.02)
    assert one.high == pytest.approx(five.high or 0, abs=0.02)


def test_all_tasks_alike_give_no_interval_rather_than_certainty() -> None:
    (found,) = ranked(won("a", "b", 20))
    assert (found.models[0].low, found.models[0].high) == (None, None)
    assert "No interval" in " ".join(notes_of(found))


def test_votes_are_ranked_by_language_and_equal_models_are_no_comparison() -> None:
    same = [response(1, model="m"), response(2, model="m")]
    items = [item("a"), item("b"), item("c", same), item("d", language=Language.SQL)]
    said = votes(
        judged(
            items,
            [opinion("a", "x", -1), opinion("b", "x", -3), opinion("b", "y", 0),
             opinion("c", "x", 1), opinion("d", "x", 1)],
        )
    )  # fmt: skip
    (python,) = rank_votes(said, Language.PYTHON)
    assert (order(python), python.comparisons) == (["a", "b"], 3.0)
    assert python.models[0].won == 2.5
    (sql,) = rank_votes(said, Language.SQL)
    assert order(sql) == ["b", "a"]
    assert rank_votes([], Language.PYTHON) == ()


def test_verdicts_are_pass_over_fail_on_the_same_task() -> None:
    rates = {"a": {"t1": 1.0, "t2": 1.0, "t3": 0.0}, "b": {"t1": 0.0, "t2": 1.0, "t3": 0.0}}
    (found,) = rank_rates(rates, resamples=20)
    assert found.comparisons == 3.0
    assert found.models[0].won == 2.0  # one win, two ties
    assert found.models[0].score == pytest.approx(2 / 3)


def test_verdicts_equal_comparisons_of_every_two_responses() -> None:
    rates = {"a": {"t": 0.5, "u": 1.0}, "b": {"t": 0.25}, "c": {"t": 1.0, "u": 0.0}}
    (by_rate,) = rank_rates(rates, resamples=0)
    games = []
    for task in ("t", "u"):
        models = [name for name in rates if task in rates[name]]
        for at, one in enumerate(models):
            for other in models[at + 1 :]:
                p, q = rates[one][task], rates[other][task]
                wins = p * (1 - q) + (p * q + (1 - p) * (1 - q)) / 2
                games.append(Comparison(task, one, other, wins, 1 - wins))
    (by_pair,) = ranked(games, resamples=0)
    assert {one.model: one.score for one in by_rate.models} == pytest.approx(
        {one.model: one.score for one in by_pair.models}
    )


def test_models_without_a_common_task_are_ranked_apart() -> None:
    rates = {"a": {"t": 1.0}, "b": {"t": 0.0}, "c": {"u": 1.0}, "d": {"u": 0.0}, "e": {"v": 1.0}}
    found = rank_rates(rates, resamples=10)
    assert sorted(order(one) for one in found) == [["a", "b"], ["c", "d"]]


def test_one_model_or_no_task_is_no_ranking() -> None:
    assert rank_rates({"a": {"t": 1.0}}) == ()
    assert rank_rates({"a": {}, "b": {}}) == ()
    assert rank_rates({}) == ()


def test_languages_with_one_model_have_nothing_to_rank() -> None:
    groups = [
        ("a", Language.PYTHON, {"t": 1.0}), ("b", Language.PYTHON, {"t": 0.0}),
        ("a", Language.SQL, {"s": 1.0}),
    ]  # fmt: skip
    assert [one.language for one in verdict_rankings(groups)] == [Language.PYTHON]


def test_two_tasks_are_enough_for_an_interval_and_one_is_not() -> None:
    games = [*won("a", "b", 3, unit="t"), *won("b", "a", 2, unit="t")]
    (one,) = ranked(games)
    (two,) = ranked([*games, *won("b", "a", 1, unit="u"), *won("a", "b", 3, unit="u")])
    assert one.models[0].low is None
    assert two.models[0].low is not None


def test_a_faint_tie_is_added_where_two_were_compared_and_nowhere_else() -> None:
    """With p_a / p_b = (1 + f/2) / (f/2) for one win; c met nobody but b."""
    wins = np.array([[0, 1, 0], [0, 0, 0.5], [0, 0.5, 0]])
    found = strengths(wins, 0.5)
    assert found[0] - found[1] == pytest.approx(math.log(1.25 / 0.25))
    assert found[1] - found[2] == pytest.approx(0.0)


def test_many_matrices_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    wins = rng.integers(1, 9, (7, 4, 4)).astype(float)
    wins[:, range(4), range(4)] = 0
    together = strengths(wins)
    apart = np.array([strengths(one) for one in wins])
    assert together == pytest.approx(apart)
    assert scores(together).mean() == pytest.approx(0.5)


def sure(units: int, wins: int, names: str = "ab") -> list[Comparison]:
    """``wins`` of ``units`` tasks for the first model."""
    return [
        Comparison(f"u{n}", names[0], names[1], float(n < wins), float(n >= wins))
        for n in range(units)
    ]


def test_the_interval_of_two_models_is_that_of_a_share() -> None:
    """Of two, the score is the share won: 240 of 400, ± 1.96 * sqrt(0.24 / 400)."""
    (found,) = ranked(sure(400, 240), resamples=4000)
    best, other = found.models
    assert best.score == pytest.approx(0.6)
    assert (best.won, best.compared) == (240, 400)
    assert (best.low, best.high) == pytest.approx((0.552, 0.648), abs=0.004)
    assert (other.low, other.high) == pytest.approx((0.352, 0.448), abs=0.004)
    assert (best.never_lost, best.never_won, found.bounded) == (False, False, True)


def test_draws_are_the_same_however_many_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    games = [*sure(40, 25), *sure(40, 30, "bc"), *sure(40, 5, "ac")]
    (whole,) = ranked(games)
    for cells in (1, 49 * 7):
        monkeypatch.setattr("harness.quality.ranking._CELLS", cells)
        for one, other in zip(ranked(games)[0].models, whole.models, strict=True):
            assert (one.low, one.high) == pytest.approx((other.low, other.high))


def test_the_group_with_most_models_comes_first_then_the_one_compared_most() -> None:
    games = [*won("a", "b"), *won("c", "d", 3), *won("x", "y"), *won("y", "z"), *won("e", "f")]
    found = ranked(games)
    assert [order(one) for one in found] == [["x", "y", "z"], ["c", "d"], ["a", "b"], ["e", "f"]]
    assert [(one.part, one.parts) for one in found] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [one.comparisons for one in found] == [2, 3, 1, 1]


def test_equal_scores_stand_by_name_and_never_won_is_said() -> None:
    tie = [Comparison("t", "b", "a", 0.5, 0.5), Comparison("u", "a", "c", 1, 0),
           Comparison("u", "b", "c", 1, 0)]  # fmt: skip
    (found,) = ranked(tie)
    assert order(found) == ["a", "b", "c"]
    assert [(one.never_lost, one.never_won) for one in found.models] == [
        (False, False), (False, False), (False, True),
    ]  # fmt: skip
    assert found.models[2].score < 0.01
    assert [one.compared for one in found.models] == [2, 2, 2]


def test_a_ranking_in_json_names_its_basis() -> None:
    (judged_,) = ranked(won("a", "b"))
    (by_verdict,) = rank_rates({"a": {"t": 1.0}, "b": {"t": 0.0}}, Language.SQL, resamples=5)
    assert judged_.model_dump(mode="json")["basis"] == "judgments"
    assert judged_.language is None
    found = by_verdict.model_dump(mode="json")
    assert (found["basis"], found["language"], found["part"], found["parts"]) == (
        "verdicts", "sql", 1, 1,
    )  # fmt: skip


def test_seeds_and_draws_go_where_they_belong() -> None:
    rates = {
        "a": {f"t{n}": float(n % 3 > 0) for n in range(30)},
        "b": {f"t{n}": float(n % 4 == 0) for n in range(30)},
    }

    def low(seed: int = 0, resamples: int = 400) -> float | None:
        return rank_rates(rates, seed=seed, resamples=resamples)[0].models[0].low

    assert rank_rates(rates) == rank_rates(rates, seed=0, resamples=400)
    assert low(seed=0, resamples=25) is not None
    assert low(seed=0, resamples=0) is None
    assert low(seed=25, resamples=9) != low(seed=9, resamples=25)
    said = votes(
        judged(
            [item(f"i{n}") for n in range(29)],
            [opinion(f"i{n}", "x", n % 7 - 3) for n in range(29)],
        )
    )
    assert rank_votes(said) == rank_votes(said, None, seed=0) != rank_votes(said, seed=1)
    assert rank(won("a", "b"), Basis.VERDICTS) == rank(won("a", "b"), Basis.VERDICTS, None, seed=0)


@pytest.mark.parametrize(
    ("models", "tasks", "draws"), [(2, 5, 400), (1_000, 5, 400), (1_000, 10, 200), (1_000, 50, 100)]
)
def test_many_models_and_tasks_get_fewer_draws(models: int, tasks: int, draws: int) -> None:
    """Four thousand million multiplications; two for each two models and task of a draw."""
    own = {f"t{n}": 1.0 for n in range(tasks)}
    assert _draws({f"m{n}": own for n in range(models)}) == draws
    assert _draws({"m": {}}) == 400
