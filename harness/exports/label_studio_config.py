"""The interface that shows our Label Studio tasks: ``label_config.xml``.

Label Studio takes a region only if the interface has its control, of its type, with its choices
or labels. So every control that a rubric asks for is in it, and every one that is in the tasks
besides: the rules that raised flags, marks of an earlier rubric.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from harness.exports.label_studio_result import BOTH_BAD
from harness.models.judgment import MAX_PREFERENCE
from harness.models.rubric import Rubric

# (type of region, name of the control, name of the object it is about) → choices or labels.
Controls = dict[tuple[str, str, str], dict[str, None]]
_PREFERENCES = (*map(str, range(-MAX_PREFERENCE, MAX_PREFERENCE + 1)), BOTH_BAD)
_OPTIONS = {"choices": ("Choices", "Choice"), "labels": ("Labels", "Label")}
_PLAIN = {"number": "Number", "textarea": "TextArea"}
# XML has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def config_of(files: Iterable[Path], rubric: Rubric | None) -> str | None:
    """The interface for the tasks in these files (one a line); None if none of them is ours.

    Memory holds the controls, not the tasks.
    """
    controls: Controls = {}
    positions: set[int] = set()
    for task in _tasks(files):
        data = task.get("data")
        if isinstance(data, dict) and "harness" in data:
            positions |= {int(name[5:]) for name in data if re.fullmatch("code_[1-8]", name)}
            _take(controls, task)
    if not positions:
        return None
    wanted = _of_rubric(rubric, sorted(positions)) if rubric else {}
    for key, options in controls.items():
        wanted.setdefault(key, {}).update(options)
    return _page(wanted, sorted(positions))


def _tasks(files: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for file in files:
        with file.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if line.startswith("{"):
                    yield json.loads(line.rstrip("\n").removesuffix(","))


def _take(controls: Controls, task: Mapping[str, Any]) -> None:
    for region in _regions(task):
        kind, name, to = (region.get(key) for key in ("type", "from_name", "to_name"))
        if not (isinstance(kind, str) and isinstance(name, str) and isinstance(to, str)):
            continue  # it came from elsewhere
        options = controls.setdefault((kind, name, to), {})
        value = region.get("value")
        chosen = value.get(kind) if kind in _OPTIONS and isinstance(value, dict) else None
        options.update({str(one): None for one in chosen or ()})


def _regions(task: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in ("predictions", "annotations"):
        for said in task.get(name) or ():
            result = said.get("result") if isinstance(said, dict) else None
            yield from (region for region in result or () if isinstance(region, dict))


def _of_rubric(rubric: Rubric, positions: Iterable[int]) -> Controls:
    found: Controls = {}
    if rubric.preference:
        found["pairwise", "pairwise", "pairwise"] = {}
        found["choices", "preference", "prompt"] = dict.fromkeys(_PREFERENCES)
    if rubric.reasons:
        found["choices", "reasons", "prompt"] = dict.fromkeys(
            one.id for one in rubric.reasons.categories
        )
    found["textarea", "justification", "prompt"] = {}
    for at in positions:
        for axis in rubric.axes:
            found["number", f"{axis.id}_{at}", f"response_{at}"] = {}
        if rubric.acceptable:
            found["choices", f"acceptable_{at}", f"response_{at}"] = {"yes": None, "no": None}
        if rubric.marks:
            labels = (*rubric.marks.severities, *rubric.marks.categories)
            found["labels", f"marks_{at}", f"code_{at}"] = dict.fromkeys(one.id for one in labels)
    return found


def _page(controls: Controls, positions: Iterable[int]) -> str:
    lines = ["<View>", '  <Text name="prompt" value="$prompt"/>']
    lines += _shown(controls, {"prompt", "pairwise"})
    lines.append('  <View style="display: grid; grid-template-columns: 1fr 1fr">')
    for at in positions:
        about = (f"response_{at}", f"code_{at}")
        lines.append("    <View>")
        lines += [f'      <Text name="{name}" value="${name}"/>' for name in about]
        lines += [f"    {line}" for line in _shown(controls, set(about))]
        lines.append("    </View>")
    return "\n".join([*lines, "  </View>", "</View>", ""])


def _shown(controls: Controls, about: set[str]) -> Iterator[str]:
    """The controls of some objects, one an element."""
    for (kind, name, to), options in controls.items():
        if to not in about:
            continue
        if kind == "pairwise":
            yield f'  <Pairwise name={_text(name)} toName="response_1,response_2"/>'
        elif kind in _PLAIN:
            yield f"  <{_PLAIN[kind]} name={_text(name)} toName={_text(to)}/>"
        elif kind in _OPTIONS:
            tag, option = _OPTIONS[kind]
            inner = "".join(f"<{option} value={_text(one)}/>" for one in options)
            many = "multiple" if kind == "labels" or name == "reasons" else "single"
            yield f'  <{tag} name={_text(name)} toName={_text(to)} choice="{many}">{inner}</{tag}>'


def _text(value: str) -> str:
    return quoteattr(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value))
