"""HelpSteer2: ratings of responses on its five attributes, and preferences in a table apart.

The rubric says which axis is which attribute (``helpsteer2:`` of an axis). Ratings of several
people are their mean, rounded, as in the original.
"""

from __future__ import annotations

import math

from harness.exports.export import Drop, Export, Feeds, Row, RowContext, pair_row, rating_row
from harness.exports.shapes import TEXT, WHOLE, Struct
from harness.exports.words import elaboration, statement, whole_preference
from harness.models.pair import Pair, Rating
from harness.models.rubric import HelpSteer2, Rubric

_LEAST, _MOST = 0, 4


def _missing(rubric: Rubric) -> tuple[str, ...]:
    axes = {axis.helpsteer2: axis for axis in rubric.axes if axis.helpsteer2}
    lacking = [f"an axis with helpsteer2: {one}" for one in HelpSteer2 if one not in axes]
    outside = [
        f"a scale from {_LEAST} to {_MOST} for the axis {axis.id}"
        for axis in axes.values()
        if not all(_LEAST <= point.value <= _MOST for point in axis.scale)
    ]
    return (*lacking, *outside)


def _row(rating: Rating, context: RowContext) -> Row:
    assert context.rubric is not None
    axes = {axis.helpsteer2: axis.id for axis in context.rubric.axes if axis.helpsteer2}
    values = {one.value: rating.ratings.get(axes[one]) for one in HelpSteer2}
    unsaid = [name for name, value in values.items() if value is None]
    if unsaid:
        raise Drop(f"not rated: {unsaid[0]}")
    rounded = {name: math.floor(value + 0.5) for name, value in values.items() if value is not None}
    return {"prompt": rating.item.prompt, "response": rating.side.text, **rounded}


def _preference(pair: Pair, context: RowContext) -> Row:
    return {
        "split": "train" if context.split == "train" else "validation",
        "prompt": pair.item.prompt,
        "response_1": pair.first.text,
        "response_2": pair.second.text,
        "preference_strength": whole_preference(pair),
        "preference_statement": statement(pair),
        "preference_elaboration": elaboration(pair.votes),
    }


_PREFERENCES = Export(
    name="helpsteer2",
    title="HelpSteer2 preferences",
    feeds=Feeds.PAIR,
    row=pair_row(_preference),
    shape=Struct(
        {
            "split": TEXT, "prompt": TEXT, "response_1": TEXT, "response_2": TEXT,
            "preference_strength": WHOLE, "preference_statement": TEXT,
            "preference_elaboration": TEXT,
        }
    ),
    table="preference",
    needs_people=True,
    ties=True,
)  # fmt: skip

EXPORT = Export(
    name="helpsteer2",
    title="HelpSteer2 ratings 0-4 on five attributes, and preferences beside them",
    feeds=Feeds.RATING,
    row=rating_row(_row),
    shape=Struct({"prompt": TEXT, "response": TEXT} | {one.value: WHOLE for one in HelpSteer2}),
    more=(_PREFERENCES,),
    missing=_missing,
    needs_people=True,
    tasks=("text-classification",),
)
