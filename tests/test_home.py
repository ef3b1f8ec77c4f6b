"""Where the harness keeps its files: the settings and what is quicker than they agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness._home import home_folder
from harness.errors import InputError
from harness.settings import load_settings


def test_the_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "harness.toml").write_text('home = "from-file"\n')
    monkeypatch.setenv("HARNESS_HOME", "~/from-variable")
    assert home_folder(tmp_path) == Path.home() / "from-variable" == load_settings(tmp_path).home
    monkeypatch.delenv("HARNESS_HOME")
    assert home_folder(tmp_path) == Path("from-file") == load_settings(tmp_path).home


def test_without_either_it_is_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("", None):
        if value is None:
            monkeypatch.delenv("HARNESS_HOME")
        else:
            monkeypatch.setenv("HARNESS_HOME", value)
        assert home_folder(tmp_path).name == "code-eval-harness"
        assert load_settings(tmp_path).home == home_folder(tmp_path)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARNESS_HOME")
    (tmp_path / "harness.toml").write_text("home = \n")
    with pytest.raises(InputError, match="not valid TOML") as caught:
        home_folder(tmp_path)
    assert caught.value.file == tmp_path / "harness.toml"
