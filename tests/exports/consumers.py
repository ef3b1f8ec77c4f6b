"""What the trainers' loaders ask of a row, as rules of our own: each says what is wrong.

The loaders themselves read the same rows in tests/soak/test_trainers.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs

Row = Mapping[str, Any]
Rule = Callable[[Row], Iterator[str]]


def llama_factory(row: Row, entry: Row) -> Iterator[str]:
    """LLaMA-Factory's ShareGPT preferences; ``entry``: of ``dataset_info.json``.

    Source: data/README.md and src/llamafactory/data/{parser,converter}.py of LLaMA-Factory 0.9.5.
    ``columns`` names the columns, a tag that is not set has its default; turns alternate from the
    human's (or an observation), an odd number of them; chosen and rejected are turns of the model.
    """
    if entry.get("formatting") != "sharegpt" or entry.get("ranking") is not True:
        yield "the entry is none of ShareGPT preferences"
    columns = entry["columns"]
    tags = {"role_tag": "from", "content_tag": "value"} | entry.get("tags", {})
    turns = row[columns["messages"]]
    if len(turns) % 2 != 1:
        yield "an even number of turns"
    sides = (("human", "observation"), ("gpt", "function_call"))
    for at, turn in enumerate(turns):
        if turn[tags["role_tag"]] not in sides[at % 2]:
            yield f"turn {at + 1} is of {turn[tags['role_tag']]}"
    for name in ("chosen", "rejected"):
        turn = row[columns[name]]
        if not isinstance(turn, dict):
            yield f"{name} is no turn"
        elif turn[tags["role_tag"]] not in sides[1]:
            yield f"{name} is of {turn[tags['role_tag']]}"
        elif not isinstance(turn[tags["content_tag"]], str):
            yield f"{name} is no text"


def axolotl(row: Row) -> Iterator[str]:
    """Axolotl's DPO type ``chat_template.default`` with its default fields.

    Source: docs/rlhf.qmd and src/axolotl/prompt_strategies/dpo/chat_template.py of axolotl 0.19.
    ``messages`` is a conversation of known roles, ``chosen`` and ``rejected`` one message each. An
    answer is cut out of the rendered conversation, which many templates render without outer
    white space: with such space it is not found there.
    """
    if not row["messages"] or row["messages"][-1]["role"] != "user":
        yield "the conversation does not end with the user"
    for message in (*row["messages"], row["chosen"], row["rejected"]):
        if message["role"] not in ("user", "assistant", "system", "tool"):
            yield f"unknown role {message['role']}"
    for name in ("chosen", "rejected"):
        text = row[name]["content"]
        if row[name]["role"] != "assistant" or not text:
            yield f"{name} is no answer"
        if text != text.strip():
            yield f"{name} has outer white space"


def arena(row: Row) -> Iterator[str]:
    """Battles as the cards of lmarena-ai describe them: two conversations about one question."""
    if row["winner"] not in ("model_a", "model_b", "tie", "both_bad"):
        yield f"winner is {row['winner']}"
    first, second = row["conversation_a"], row["conversation_b"]
    if first[0] != second[0] or first[0]["role"] != "user":
        yield "the two did not answer the same question"
    for conversation in (first, second):
        if [turn["role"] for turn in conversation[1:]] != ["assistant"]:
            yield "not one answer"
    if row["is_code"] is not True:
        yield "not of code"


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties),
        "additionalProperties": False,
    }  # fmt: skip


def _message(*roles: str) -> dict[str, Any]:
    return _object(role={"enum": list(roles)}, content={"type": "string", "minLength": 1})


def _list(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": of} | more


def _whole(least: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


_TEXT = {"type": "string"}
_ANSWER = _list(_message("assistant"), minItems=1, maxItems=1)
_OF_HELPSTEER2 = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
SCHEMAS: dict[str, dict[str, Any]] = {
    # OpenAI's guide "Direct preference optimization": one answer an output, by the assistant; the
    # conversation before it ends with what the user says.
    "openai-dpo": _object(
        input=_object(
            messages=_list(_message("user"), minItems=1, maxItems=1),
            tools=_list({"type": "object"}), parallel_tool_calls={"type": "boolean"},
        ),
        preferred_output=_ANSWER, non_preferred_output=_ANSWER,
    ),
    # Cards of nvidia/HelpSteer2 and nvidia/HelpSteer3.
    "helpsteer2": _object(
        prompt=_TEXT, response=_TEXT, **{name: _whole(0, 4) for name in _OF_HELPSTEER2}
    ),
    "helpsteer2/preference": _object(
        split={"enum": ["train", "validation"]}, prompt=_TEXT, response_1=_TEXT, response_2=_TEXT,
        preference_strength=_whole(-3, 3), preference_statement=_TEXT,
        preference_elaboration=_TEXT,
    ),
    "helpsteer3": _object(
        domain={"enum": ["code"]}, language=_TEXT,
        context=_list(_message("user", "assistant"), minItems=1), response1=_TEXT, response2=_TEXT,
        overall_preference=_whole(-3, 3),
        individual_preference=_list(
            _object(score=_whole(-3, 3), reasoning=_TEXT, feedback1=_TEXT, feedback2=_TEXT),
            minItems=1,
        ),
    ),
}  # fmt: skip


def by_schema(name: str) -> Rule:
    """The rule that a row fits ``SCHEMAS[name]``."""
    validator = jsonschema_rs.Draft202012Validator(SCHEMAS[name])

    def check(row: Row) -> Iterator[str]:
        for fault in validator.iter_errors(row):
            yield f"{'/'.join(map(str, fault.instance_path))}: {fault.message[:100]}"

    return check


def label_studio(task: Row, config: str) -> Iterator[str]:
    """A task and the interface that shows it.

    Source: labelstud.io/guide/task_format and label_studio_sdk 2.1.2: ``data`` has what the
    interface shows; a region's control is in the interface, is of its type and about its object,
    and offers what was chosen; offsets are inside of the text; Pairwise is about itself.
    """
    from xml.etree import ElementTree

    tags = {one.get("name"): one for one in ElementTree.fromstring(config).iter()}
    for tag in tags.values():
        shown = tag.get("value", "")
        if shown.startswith("$") and not isinstance(task["data"].get(shown[1:]), str):
            yield f"data has no {shown[1:]}"
    for said in (*task["predictions"], *task["annotations"]):
        ids = [region["id"] for region in said["result"]]
        if len(set(ids)) != len(ids):
            yield "two regions have one id"
        for region in said["result"]:
            yield from _region(region, task["data"], tags)
    for said in task["annotations"]:
        if not isinstance(said["lead_time"], int | float) or said["was_cancelled"] is not False:
            yield "an annotation without its time, or cancelled"


def _region(region: Row, data: Row, tags: Mapping[str | None, Any]) -> Iterator[str]:
    control, kind, value = tags.get(region["from_name"]), region["type"], region["value"]
    if control is None or control.tag.lower() != kind:
        yield f"no control {region['from_name']} of type {kind}"
        return
    about = region["from_name"] if kind == "pairwise" else control.get("toName")
    if region["to_name"] != about:
        yield f"{region['from_name']} is about {about}, not {region['to_name']}"
    offered = {one.get("value") for one in control}
    if kind in ("choices", "labels") and not set(value[kind]) <= offered:
        yield f"{region['from_name']} does not offer {value[kind]}"
    if kind == "labels":
        text = data.get(region["to_name"], "")
        if text[value["start"] : value["end"]] != value["text"]:
            yield f"{region['from_name']} marks another text than it says"
