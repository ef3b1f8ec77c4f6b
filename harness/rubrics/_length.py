"""How long a text is when padding does not count."""

from __future__ import annotations

import unicodedata

import regex

# Spelled out: \s differs between Python and JavaScript.
_SPACE = regex.compile(r"[\p{Z}\t\n\v\f\r\x85]+")
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}]+")
_REPEATED = regex.compile(r"(.)\1{3,}", regex.DOTALL)


def real_length(text: str) -> int:
    """Characters of real text: padding does not count.

    In this order: NFC; white space becomes one space, none at the ends; control and invisible
    characters are dropped; of a character repeated more than three times three count. A page that
    counts along must do the same.
    """
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text))
    text = _UNSEEN.sub("", text).strip()
    return len(_REPEATED.sub(r"\1\1\1", text))
