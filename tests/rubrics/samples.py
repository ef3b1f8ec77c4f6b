"""A small rubric with every section, and ways to change one thing in it."""

from __future__ import annotations

from pathlib import Path

from harness.models.rubric import Rubric
from harness.rubrics import load_rubric

SMALL = """\
id: small
version: 1
title: Small
mode: pairwise
axes:
  - id: correctness
    title: Correctness
    scale:
      - {value: 0, title: Wrong, anchor: Not right at all.}
      - {value: 2, title: Half, anchor: Half right.}
      - {value: 4, title: Right, anchor: Right.}
  - id: style
    title: Style
    required: false
    scale:
      - {value: -1, title: Bad, anchor: Bad.}
      - {value: 1, title: Good, anchor: Good.}
acceptable:
  title: Good enough?
preference:
  labels: {-2: Left, -1: Rather left, 0: Same, 1: Rather right, 2: Right}
  both_bad: Neither
reasons:
  at_most: 2
  when: {axis: correctness, at_most: 2}
  categories:
    - {id: slow, title: Slow}
    - {id: odd, title: Odd}
    - {id: wrong, title: Wrong}
justification:
  min_chars: 10
  max_chars: 100
marks:
  when: {axis: correctness, equals: 0}
  severities:
    - {id: breaks, title: Breaks it, wrong: true}
    - {id: minor, title: Minor, wrong: false}
  categories:
    - {id: logic, title: Logic}
keys:
  axis.correctness: c
"""


def changed(old: str, new: str, text: str = SMALL) -> str:
    """The rubric with one piece replaced; the piece must be there exactly once."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def rubric_of(folder: Path, text: str = SMALL, name: str = "small.yaml") -> Rubric:
    """The rubric of a text. Raises RubricError."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return load_rubric(file)
