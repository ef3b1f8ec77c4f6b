"""The own readers of LLaMA-Factory, axolotl and Label Studio on our exports. Runs inside the image.

Reads folders of /exports. The last line it prints is JSON: for each reader how many rows it took
and a line for each thing it would have lost or changed.
"""

import importlib.machinery
import json
import logging
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import jinja2

Row = dict[str, Any]
EXPORTS = Path("/exports")
# All that axolotl ships and that needs nothing but messages; "trim" is in every second one.
TEMPLATES = ("chatml", "llama3", "gemma", "mistral_v2v3", "alpaca")


def main() -> None:
    datasets.disable_progress_bars()
    # LLaMA-Factory last: it wants a stand-in that the others must not see.
    found = {"axolotl": axolotl(), "label-studio": label_studio()}
    print(f"\n{json.dumps(found | {'llama-factory': llama_factory()})}")


def llama_factory() -> Row:
    """Its entries of dataset_info.json, its converter, and what its pairwise training takes."""
    import peft  # noqa: F401 - before the stand-in below, which it would ask for its version

    # Imported for sound, which is no concern of ours.
    stand_in = types.ModuleType("torchaudio")
    stand_in.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    sys.modules["torchaudio"] = stand_in
    from llamafactory.data.converter import get_dataset_converter
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.extras import logging as their_logging

    heard = Heard()
    for name in ("llamafactory.data.converter", "llamafactory"):
        their_logging.get_logger(name).addHandler(heard)
    folder = EXPORTS / "llama-factory"
    names = list(json.loads((folder / "dataset_info.json").read_text("utf-8")))
    count = 0
    faults: list[str] = []
    for entry in get_dataset_list(names, str(folder)):
        file = str(folder / entry.dataset_name)
        rows = datasets.load_dataset("json", data_files=file, split=entry.split)
        convert = get_dataset_converter(entry.formatting, entry, types.SimpleNamespace())
        for at, row in enumerate(rows):
            count += 1
            prompt, response = (convert(row)[key] for key in ("_prompt", "_response"))
            if len(prompt) % 2 != 1 or len(response) < 2:
                faults.append(f"{entry.dataset_name}:{at + 1}: left out by its pairwise training")
            given = [row["conversations"][0]["value"], row["chosen"]["value"]]
            given.append(row["rejected"]["value"])
            if [one["content"] for one in (*prompt, *response)] != given:
                faults.append(f"{entry.dataset_name}:{at + 1}: other texts than were given")
    return {"rows": count, "faults": faults + heard.lines}


class Heard(logging.Handler):
    """Warnings, as lines."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage()[:200])


class Tokens:
    """What axolotl's strategy wants of a tokenizer: to render messages with a template."""

    chat_template = None

    def apply_chat_template(
        self, messages: Any, *, add_generation_prompt: bool, chat_template: str, tokenize: bool
    ) -> str:
        assert not tokenize
        environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)

        def refuse(text: str) -> None:
            raise ValueError(text)

        return environment.from_string(chat_template).render(
            messages=messages, add_generation_prompt=add_generation_prompt, bos_token="<s>",
            eos_token="</s>", raise_exception=refuse,
        )  # fmt: skip


def axolotl() -> Row:
    """Its strategy ``chat_template.default`` for DPO, with templates it ships."""
    from axolotl.prompt_strategies.dpo import load

    parts = datasets.load_dataset(str(EXPORTS / "axolotl"))
    rows = [row for part in sorted(parts) for row in parts[part]]
    faults: list[str] = []
    for template in TEMPLATES:
        settings = {"chat_template": template, "datasets": [{}]}
        transform, _ = load("chat_template.default", settings)
        for at, row in enumerate(rows):
            made = transform(row, tokenizer=Tokens())
            if row["messages"][0]["content"].strip() not in made["prompt"]:
                faults.append(f"{template}: row {at + 1}: the prompt is lost")
            for side in ("chosen", "rejected"):
                if not made[side].startswith(row[side]["content"]):
                    faults.append(f"{template}: row {at + 1}: {side} becomes {made[side][:40]!r}")
    return {"rows": len(rows), "faults": faults}


def label_studio() -> Row:
    """Its SDK's checks of the interface, and of every annotation and prediction against it."""
    from label_studio_sdk.label_interface import LabelInterface

    folder = EXPORTS / "label-studio"
    interface = LabelInterface((folder / "label_config.xml").read_text("utf-8"))
    interface.validate()
    tasks = [task for file in sorted(folder.glob("*.json")) if file.stem in ("train", "test")
             for task in json.loads(file.read_text("utf-8"))]  # fmt: skip
    faults: list[str] = []
    for at, task in enumerate(tasks):
        data = {name: text for name, text in task["data"].items() if isinstance(text, str)}
        if not interface.validate_task({"data": data}):
            faults.append(f"task {at + 1}: data lacks what the interface shows")
        for said in (*task["predictions"], *task["annotations"]):
            found = interface.validate_prediction(_without_pairs(said), return_errors=True)
            faults += [f"task {at + 1}: {fault[:200]}" for fault in found]
            faults += [
                f"task {at + 1}: {region}" for region in said["result"]
                if region["type"] == "pairwise" and not _as_they_make(interface, region)
            ]  # fmt: skip
            faults += [f"task {at + 1}: {fault}" for fault in _offsets(task["data"], said)]
    return {"rows": len(tasks), "faults": faults}


def _without_pairs(said: Row) -> Row:
    """Its check looks for what a region is about among texts, where no Pairwise ever is."""
    return {**said, "result": [one for one in said["result"] if one["type"] != "pairwise"]}


def _as_they_make(interface: Any, region: Row) -> bool:
    """Whether a pairwise region is what its control makes of the same choice."""
    control = interface.get_control(region["from_name"])
    made = control.label(region["value"]["selected"])._dict()
    return all(made[key] == region[key] for key in ("from_name", "to_name", "type", "value"))


def _offsets(data: Row, said: Row) -> Iterator[str]:
    for region in said["result"]:
        if region["type"] == "labels":
            value, code = region["value"], data[region["to_name"]]
            if code[value["start"] : value["end"]] != value["text"]:
                yield f"{region['from_name']} marks another text than it says"


if __name__ == "__main__":
    main()
