"""Settings of one's own: the theme, keys, and tokens for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.reporting.text import one_line
from harness.review.access import Access
from harness.review.pages.projects import iso
from harness.review.pages.shell import Shell, Theme
from harness.review.preferences import THEMES, TITLES, desk_keys


@dataclass(frozen=True)
class KeyRow:
    """One action: its key now, the default, and what is wrong with what was typed."""

    action: str
    title: str
    key: str
    default: str
    problem: str


@dataclass(frozen=True)
class TokenRow:
    """A token; its secret is shown once, when it is made."""

    token_id: str
    name: str
    hint: str
    made: str
    used: str


@dataclass(frozen=True)
class SettingsPage:
    """The page of settings; secret is a token made just now."""

    shell: Shell
    themes: tuple[Theme, ...]
    theme: Theme
    keys: tuple[KeyRow, ...]
    tokens: tuple[TokenRow, ...]
    secret: str
    saved: bool
    problems: int


def settings_page(
    access: Access,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    secret: str = "",
    saved: bool = False,
) -> SettingsPage:
    """Settings as they are, or as they were typed if something was wrong with that."""
    wrong = problems or {}
    now = typed if typed is not None else access.preferences.keys
    defaults = desk_keys(None, type(access.preferences)())
    rows = tuple(
        KeyRow(action, title, now.get(action) or defaults.get(action, ""),
               defaults.get(action, ""), wrong.get(action, ""))
        for action, title in TITLES.items()
    )  # fmt: skip
    tokens = [one for one in access.store.tokens(access.person_id) if one.revoked_at is None]
    return SettingsPage(
        shell=access.shell("Settings", "/settings"),
        themes=THEMES,
        theme=access.preferences.theme,
        keys=rows,
        tokens=tuple(
            TokenRow(one.token_id, one_line(one.name, 100), one.hint, iso(one.created_at),
                     iso(one.last_used_at) if one.last_used_at else "")
            for one in tokens
        ),
        secret=secret,
        saved=saved,
        problems=len(wrong),
    )  # fmt: skip
