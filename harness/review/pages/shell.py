"""What every page has around it: who is signed in, where one can go, how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class Link:
    """A place to go."""

    href: str
    text: str
    here: bool = False


@dataclass(frozen=True)
class Shell:
    """The frame of a page. static: address of our own scripts and style sheets."""

    title: str
    static: str
    theme: Theme = "system"
    user: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class MessagePage:
    """One message: what happened, what is safe, what to do."""

    shell: Shell
    heading: str
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class SignInPage:
    """The form of name and password; error is shown above it."""

    shell: Shell
    error: str = ""
    name: str = ""
    next: str = ""


@dataclass(frozen=True)
class WelcomePage:
    """Where a one-time link leads: who is invited, as what, and a password to choose."""

    shell: Shell
    name: str
    handle: str
    role: str
    token: str
    needs_handle: bool
    needs_password: bool
    known: bool
    local: bool
    error: str = ""
