"""Rubrics: what trainers are asked, read from YAML files, and whether an answer is complete.

find_rubric(name)               shipped, of one's own folder, or a path
read_rubric(file)               the rubric, or every mistake with line, column and fix
check_answer(rubric, answer)    what is missing or wrong
check_keys(bindings)            keys that cannot be, or clash
"""

from harness.rubrics._checks import actions_of
from harness.rubrics._conditions import holds
from harness.rubrics._length import real_length
from harness.rubrics.answers import check_answer
from harness.rubrics.keys import (
    DESK_KEYS,
    IN_FIELDS,
    KeyFault,
    bound_keys,
    check_keys,
    normal_key,
)
from harness.rubrics.library import DEFAULT, SHIPPED, check_ref, find_rubric, library, twins
from harness.rubrics.load import Loaded, RubricFault, load_rubric, read_rubric

__all__ = [
    "DEFAULT",
    "DESK_KEYS",
    "IN_FIELDS",
    "SHIPPED",
    "KeyFault",
    "Loaded",
    "RubricFault",
    "actions_of",
    "bound_keys",
    "check_answer",
    "check_keys",
    "check_ref",
    "find_rubric",
    "holds",
    "library",
    "load_rubric",
    "normal_key",
    "read_rubric",
    "real_length",
    "twins",
]
