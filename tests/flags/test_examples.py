"""Examples are read out of prompts as they are written, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.flags.examples import examples_of, probes_of
from harness.models import Json, Language, Task, TestKind

Pair = tuple[list[Json], Json]


def task_of(
    prompt: str, language: Language = Language.PYTHON, name: str = "f", **more: Any
) -> Task:
    return Task(task_id="t", language=language, kind=TestKind.CALL, prompt=prompt, entry_point=name,
                **more)  # fmt: skip


def found(prompt: str, language: Language = Language.PYTHON, name: str = "f") -> list[Pair]:
    examples = examples_of(task_of(prompt, language, name)).examples
    return [([*one.args, *(value for _, value in one.kwargs)], one.expected) for one in examples]


IN_PYTHON: list[tuple[str, list[Pair]]] = [
    (">>> f(1)\n2", [([1], 2)]),
    (">>> f('a', [1, 2])\n['a', 'a']", [(["a", [1, 2]], ["a", "a"])]),
    ("def f(x):\n    '''Twice.\n\n    >>> f(3)\n    6\n    >>> f(-1.5)\n    -3.0\n    '''\n",
     [([3], 6), ([-1.5], -3.0)]),
    ("f(2) == 4", [([2], 4)]),
    ("assert f(2) == 4", [([2], 4)]),
    ("f(2) -> 4\nf(3) => 6\nf(4) ➞ 8\nf(5) ==> 10\nf(6)==>12",
     [([2], 4), ([3], 6), ([4], 8), ([5], 10), ([6], 12)]),
    ("f(2) = 4", [([2], 4)]),
    ("f(2)  # 4", [([2], 4)]),
    ("f(2)  # returns 4", [([2], 4)]),
    ("`f(2)` should return `4`.", [([2], 4)]),
    ("f(2) returns 4, because 2 + 2 is 4", [([2], 4)]),
    ("For example, f('') returns True and f('ab') returns False.", [([""], True), (["ab"], False)]),
    ("- f(2) == 4 (twice)\n- f(3) == 6", [([2], 4), ([3], 6)]),
    ("1. f(2) is 4\n2. f(3) is 6.", [([2], 4), ([3], 6)]),
    ("f({'a': 1}, {1: 2}) == {1, 2}",
     [([{"a": 1}, {"$dict": [[1, 2]]}], {"$set": [1, 2]})]),
    ("f((1, 2)) == (3,)", [([{"$tuple": [1, 2]}], {"$tuple": [3]})]),
    ("f([\n    [1, 2],\n    [3, 4],\n]) == [\n    1,\n    4,\n]", [([[[1, 2], [3, 4]]], [1, 4])]),
    ("self.assertEqual(f(2), 4)", [([2], 4)]),
    ("f(None) == 'it\\'s'", [([None], "it's")]),
    ("def f(n, k): ...\n\nInput: n = 3, k = 2\nOutput: 5", [([3, 2], 5)]),
    ("def f(n, k): ...\nInput:\n  k = 2\n  n = 3\nOutput:\n  5", [([3, 2], 5)]),
    ("def f(word): ...\nFor word = 'ab', the output should be 2.", [(["ab"], 2)]),
    ("Write f(items).\n[1, 2, 3] => 6", [([[1, 2, 3]], 6)]),
    ("Write f(a, b).\n\n| a | b | result |\n|---|---|---|\n| 1 | 2 | 3 |\n| `4` | 5 | 9 |",
     [([1, 2], 3), ([4, 5], 9)]),
    ("def f(a, b):\n    pass\n# f(b=1, a=2) == 3", [([2, 1], 3)]),
    ('def f(s):\n    """Lines.\n\n    >>> f("a\\\\nb")\n    2\n    """\n', [(["a\nb"], 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "pairs"), IN_PYTHON, ids=[one for one, _ in IN_PYTHON])
def test_python_and_prose(prompt: str, pairs: list[Pair]) -> None:
    assert found(prompt) == pairs


NOTHING_SURE = [
    "f(x) returns x + 1",
    "f(2) == 2 * 2",
    "f(2) == 4 or 5",
    "f(2) returns 1, 2",
    "f(2) != 4",
    "f(2) should not return 4",
    "not f(2) == True",
    "2 * f(2) == 8",
    "f(2) + f(3) == 10",
    "f(2)[0] == 4",
    "f(2) == f(3)",
    "if f(2) == 4 then stop",
    "def f(a=1) -> 2",
    "round(f(2), 2)\n4",
    "f(f(2)) == 4",
    "f(2) == 4, 5",
    "f(2) == 10^9",
    "f([1, 2, ..., 9]) == 9",
    "f(abc) == 3",
    "f(2)\n4",
    ">>> f([])\n\n>>> g()",
    "f(2) == 4\nf(2) == 5",
    "def f(a, b): ...\nf(1) == 2",
    "g(2) == 4\nmy_f(2) == 4\nf2(2) == 4",
    "f(float('inf')) == 1",
    "f(1e999) == 1",
    "def f(a): ...\nInput: 1, 2\nOutput: 3",
    "def f(a): ...\nInput: b = 1\nOutput: 3",
]


@pytest.mark.parametrize("prompt", NOTHING_SURE)
def test_what_would_be_a_guess_is_left_out(prompt: str) -> None:
    assert found(prompt) == []


def test_javascript() -> None:
    prompt = """/**
 * Pairs.
 * > f([1, 2], {deep: true})
 * [[1, 2]]
 * @example
 * f("a", null) // => 'b'
 */
function f(values, options) {
"""
    assert found(prompt, Language.JAVASCRIPT) == [
        ([[1, 2], {"deep": True}], [[1, 2]]),
        (["a", None], "b"),
    ]


def test_jest_and_exactness_in_javascript() -> None:
    prompt = "expect(f(2)).toBe(4)\nexpect(f([1])).toEqual([2]);\nf(9007199254740993) === 1"
    assert found(prompt, Language.JAVASCRIPT) == [([2], 4), ([[1]], [2])]


CPP = """#include <vector>
/*
 Sums.
 >>> f(vector<int>{1, 2}, 0.5)
 {2, 3}
 >>> f((vector<int>){}, 1)
 {}
 f({3}, 2.0f) == vector<int>{5}
 f({1.5}, 1) == {2}
 f({3000000000}, 1) == {2}
*/
std::vector<int> f(const std::vector<int> &values, double by) {
"""


def test_cpp_values_must_fit_the_declaration() -> None:
    assert found(CPP, Language.CPP) == [
        ([[1, 2], 0.5], [2, 3]),
        ([[], 1], []),
        ([[3], 2.0], [5]),
    ]
    signature = examples_of(task_of(CPP, Language.CPP)).signature
    assert signature is not None
    assert signature.params == ("std::vector<int>", "double")
    assert signature.returns == "std::vector<int>"


def test_cpp_maps_pairs_and_characters() -> None:
    prompt = """/* f({{"a", 1}, {"b", 2}}, 'x') == {"ab", 3} */
pair<string, int> f(map<string, int> counts, char mark) {"""
    assert found(prompt, Language.CPP) == [([{"a": 1, "b": 2}, "x"], ["ab", 3])]


def test_csharp() -> None:
    prompt = """public class Program
{
    /// <summary>Sums.</summary>
    /// <example>F(new List&lt;int&gt; { 1, 2 }, "a") == 3</example>
    /// >>> F(new[] { 4, 5 }, null)
    /// >>> 9
    public static int F(List<int> values, string label)
    {
"""
    assert found(prompt, Language.CSHARP, "F") == [([[1, 2], "a"], 3)]


def test_a_place_and_the_words_are_kept() -> None:
    (one,) = examples_of(task_of("Write f(a).\n\nExample:\n\n    f(1)   ==   2  \n")).examples
    assert (one.line, one.text) == (5, "f(1) == 2")


def test_probes_vary_the_inputs_and_keep_their_types() -> None:
    task = task_of(">>> f([3, 1], 'ab', 2, True)\n4")
    probes = probes_of(task)
    assert 4 <= len(probes) <= 8
    shapes = [list, str, int, bool]
    for one in probes:
        assert [type(value) for value in one.args] == shapes
        assert list(one.args) != [[3, 1], "ab", 2, True]
    assert len({json.dumps(one.args) for one in probes}) == len(probes)
    assert probes_of(task_of(task.prompt)) == probes


@given(st.text(st.sampled_from("f(=>)[]{}'\"1, \n->#.\\:|`*/\x00\ud800é"), max_size=80))
def test_any_text_is_read_without_harm(text: str) -> None:
    for language in Language:
        examples_of(task_of(text, language))
        probes_of(task_of(text, language))


@pytest.mark.parametrize(
    "prompt",
    [
        "f(" * 20_000,
        "f(" + "[" * 20_000 + "]" * 20_000 + ") == 1",
        "f(1) == " + "9" * 60_000,
        "f('" + "\\" * 50_000,
        "> f(1)\n" * 8_000,
        "f({" + "1:" * 30_000,
        "(vector<" * 8_000 + "f(vector<",
        "For " * 15_000 + "f(1)",
        "Input: " * 9_000,
        "| a | result |\n" * 4_000,
        "f(\x00) == '\x00'\n" * 3_000,
        "new int[" * 8_000 + "f(new int[",
    ],
    ids=range(12),
)
def test_a_hostile_prompt_comes_to_an_end(prompt: str) -> None:
    for language in (Language.PYTHON, Language.JAVASCRIPT, Language.CPP, Language.CSHARP):
        assert len(examples_of(task_of(prompt, language)).examples) <= 20
