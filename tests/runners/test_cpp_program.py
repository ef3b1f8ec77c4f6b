"""C++ text around a response: what it may not take with it, and when tests have ended."""

from __future__ import annotations

import pytest

from harness.errors import TaskError
from harness.models import Signature
from harness.runners._cpp_program import (
    call_driver,
    hostile_macros,
    instrumented,
    shield,
    stored_type,
)

PREFIX = "#include <vector>\n#define LIMIT 10\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("#define assert(x)\n", ["assert"]),
        ("  #  define  throw  (void)\n", ["throw"]),
        ("%:define if while\n", ["if"]),
        ("??=define main other\n", ["main"]),
        ("#def\\\nine return\n", ["return"]),
        ("#/* here */define throw\n", ["throw"]),
        ("/* one\n*/ #define main x\n", ["main"]),
        ("int x; // #define no\n", []),
        ("#define A\n#define B(x) x\n#define A 2\n", ["A", "B"]),
        ("#define LIMIT 20\n", []),
        ("#ifdef X\n#endif\n", []),
        ("#definethrow (void)\n", []),
        ("#define/**/throw (void)\n", ["throw"]),
        ("# /* a\n b */ define throw (void)\n", ["throw"]),
        ("#def\\\r\nine throw (void)\n", ["throw"]),
        ('auto a = "/*";\n#define throw (void)\nauto b = "*/";\n', ["throw"]),
        ('auto a = R"x("/*)x";\n#/**/define throw\nauto b = "*/";\n', ["throw"]),
        ("auto a = '/*';\n#/**/define throw\nauto b = '*/';\n", ["throw"]),
        ("auto a = 1'0 + sizeof(\"'/*\");\n#/**/define throw\nauto b = '*/';\n", ["throw"]),
        ("// /*\n#/**/define throw\n// */\n", ["throw"]),
    ],
)
def test_a_responses_own_macros_are_found_however_they_are_written(
    code: str, found: list[str]
) -> None:
    assert hostile_macros(code, PREFIX) == found


@pytest.mark.parametrize("unit", ["/*\n", '"\\"', "'\\'", 'R"(', "#", "/**/", "1'"])
def test_hostile_text_of_a_megabyte_is_read_in_one_pass(unit: str) -> None:
    """A scan that starts anew at every character would take hours."""
    text = unit * (1_000_000 // len(unit)) + "\n#define last\n"
    assert hostile_macros(text, "") == ["last"]


def test_the_shield_takes_away_macros_and_restores_assert() -> None:
    text = shield("#define assert(x)\n#define throw (void)\n", PREFIX)
    lines = text.splitlines()
    assert {"#undef assert", "#undef throw", "#undef NDEBUG"} <= set(lines)
    assert lines[-1] == "#include <assert.h>"


def test_code_without_macros_needs_no_shield() -> None:
    assert shield("int twice(int x) { return 2 * x; }\n", PREFIX) == ""


def test_defining_ndebug_does_not_switch_off_the_asserts() -> None:
    assert "#undef NDEBUG" in shield("#define NDEBUG\n", "").splitlines()


def marks(tests: str) -> tuple[str, str]:
    """Instrumented tests with the random name made constant, and their nonce."""
    made = instrumented(tests)
    name = f"h{made.nonce[:16]}"
    _, body = made.source.split('#line 1 "tests.cpp"\n')
    return body.replace(name, "H"), made.nonce


def test_the_sentinel_stands_at_the_end_of_main_and_at_its_returns_of_zero() -> None:
    tests = (
        "int helper() { return 0; }\n"
        "int main(int argc, char **argv) {\n"
        "  if (argc > 5) return 1;\n"
        "  if (argc > 4) return 0;\n"
        "  if (argc > 3) return (EXIT_SUCCESS);\n"
        "}\n"
    )
    body, _ = marks(tests)
    assert body == (
        "int helper() { return 0; }\n"
        "int main(int argc, char **argv) {\n"
        "  if (argc > 5) return 1;\n"
        "  if (argc > 4) return H_end(), 0;\n"
        "  if (argc > 3) return H_end(), (EXIT_SUCCESS);\n"
        " H_end(); }\n"
    )


def test_text_beyond_ascii_does_not_shift_the_sentinel() -> None:
    body, _ = marks('int main() { const char *s = "äöü – 🙂"; return 0; }')
    assert body == 'int main() { const char *s = "äöü – 🙂"; return H_end(), 0;  H_end(); }'


def test_every_response_has_another_nonce_of_the_length_that_is_read() -> None:
    nonces = {instrumented("int main() {}").nonce for _ in range(20)}
    assert len(nonces) == 20
    assert {len(nonce) for nonce in nonces} == {32}


@pytest.mark.parametrize("tests", ["", "int helper() {}", "int main();", "// int main() {}"])
def test_tests_without_a_main_are_the_tasks_fault(tests: str) -> None:
    with pytest.raises(TaskError, match="main"):
        instrumented(tests)


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [
        ("int", "int"),
        ("const std::vector<int>&", "std::vector<int>"),
        ("std::vector<int> const &", "std::vector<int>"),
        ("std::string &&", "std::string"),
        ("  const  double  ", "double"),
        ("std::map<int, std::vector<const char*>>&", "std::map<int, std::vector<const char*>>"),
        ("unsigned long long", "unsigned long long"),
        ("std::vector<const int*>", "std::vector<const int*>"),
    ],
)  # fmt: skip
def test_an_argument_is_stored_as_a_plain_value(parameter: str, kind: str) -> None:
    assert stored_type(parameter) == kind


def test_the_driver_reads_every_argument_and_replies_with_the_value() -> None:
    driver = call_driver("solve", Signature(params=("const std::string&", "int"), returns="bool"))
    assert "std::string a0 = harness_call::get<std::string>(request, 0);" in driver
    assert "int a1 = harness_call::get<int>(request, 1);" in driver
    assert "harness_call::reply_value(solve(a0, a1));" in driver


def test_a_function_that_returns_nothing_is_judged_by_its_first_argument() -> None:
    driver = call_driver("sort_it", Signature(params=("std::vector<int>&",), returns="void"))
    assert "sort_it(a0); harness_call::reply_value(a0);" in driver
