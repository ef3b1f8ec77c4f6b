"""A precompiled header never shows a program more than it included."""

from __future__ import annotations

import pytest

from harness.runners._cpp_headers import leading_includes, precompiled


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("#include <vector>\n# include<string> // text\nint x;\n#include <map>\n", "vector string"),
        ("// about\n/* more\nlines */\n\n#include <map>\n", "map"),
        ("// the next line is comment too \\\n#include <vector>\n", ""),
        ("#define private public\n#include <vector>\n", ""),
        ("#if 0\n#include <vector>\n#endif\n", ""),
        ("/* a */ int x; /* b */\n#include <vector>\n", ""),
        ("/*/ open\n*/\n#include <vector>\n", "vector"),
        ("/* a */ int x;\n#include <vector>\n", ""),
        ('#include "vector"\n#include <string>\n', ""),
    ],
)
def test_leading_includes(source: str, names: str) -> None:
    assert list(leading_includes(source)) == names.split()


def test_largest_set_whose_headers_are_all_included() -> None:
    options = precompiled("#include <cstdio>\n#include <algorithm>\n#include <vector>\nint x;\n")
    assert options == ["-include", "/opt/harness/pch/vector+algorithm.hpp"]


def test_nothing_for_other_headers() -> None:
    assert precompiled("#include <cstdio>\nint main() {}\n") == []


def test_bits_is_found_anywhere() -> None:
    source = "#define X\n#include <bits/stdc++.h>\n"
    assert precompiled(source) == ["-I/opt/harness/pch"]
