"""How boxes stand to each other, and how that is said."""


def place(box):
    """A box in words."""
    return f"x {box['left']:.0f}–{box['right']:.0f}, y {box['top']:.0f}–{box['bottom']:.0f}"


def _overlap(a, b, low, high, slack):
    return a[low] < b[high] - slack and b[low] < a[high] - slack


def _inside(a, b, slack):
    return (
        a["left"] >= b["left"] - slack
        and a["right"] <= b["right"] + slack
        and a["top"] >= b["top"] - slack
        and a["bottom"] <= b["bottom"] + slack
    )


RELATIONS = {
    "left_of": lambda a, b, slack: a["right"] <= b["left"] + slack,
    "right_of": lambda a, b, slack: a["left"] >= b["right"] - slack,
    "above": lambda a, b, slack: a["bottom"] <= b["top"] + slack,
    "below": lambda a, b, slack: a["top"] >= b["bottom"] - slack,
    "inside": _inside,
    "within_viewport": _inside,
    "same_row": lambda a, b, slack: _overlap(a, b, "top", "bottom", slack),
    "same_column": lambda a, b, slack: _overlap(a, b, "left", "right", slack),
    "overlapping": lambda a, b, slack: (
        _overlap(a, b, "left", "right", slack) and _overlap(a, b, "top", "bottom", slack)
    ),
    "same_width": lambda a, b, slack: (
        abs((a["right"] - a["left"]) - (b["right"] - b["left"])) <= slack
    ),
    "same_height": lambda a, b, slack: (
        abs((a["bottom"] - a["top"]) - (b["bottom"] - b["top"])) <= slack
    ),
}


WORDS = {
    "same_row": "in the same row as",
    "same_column": "in the same column as",
    "same_width": "as wide as",
    "same_height": "as high as",
    "within_viewport": "within",
}


def told(relation, negated):
    """A relation in words."""
    return ("not " if negated else "") + WORDS.get(relation, relation.replace("_", " "))
