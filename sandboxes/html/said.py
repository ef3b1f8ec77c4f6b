"""What a page said and what it was denied: console, errors, dialogs, notes."""

import json

from browser import Ended

ORIGIN = "https://page.test"
MAX_DIALOGS = 50
MAX_ENTRIES = 500
MAX_ENTRY = 2000


class Said:
    """console: ``(level, text)``; errors: uncaught ones by number; dialogs: ``(kind, text)``;
    notes: what was prevented. Raises Ended when it is too much."""

    def __init__(self, output_bytes):
        self.left = output_bytes
        self.console, self.errors, self.dialogs, self.notes = [], {}, [], []
        self.thrown = {}

    def spend(self, text):
        """Count what the page says; too much ends the case."""
        self.left -= len(text) + 1
        if self.left < 0:
            raise Ended("output", "the page wrote too much to the console")

    def log(self, level, text):
        """A console message."""
        self.spend(text)
        if len(self.console) < MAX_ENTRIES:
            self.console.append((level, text[:MAX_ENTRY]))

    def error(self, details):
        """An uncaught error or rejection."""
        text = thrown(details)
        self.spend(text)
        if len(self.errors) < MAX_ENTRIES:
            self.errors[details["exceptionId"]] = text[:MAX_ENTRY]

    def throwing(self, value, frames):
        """An uncaught error at its source; it may yet be kept from being reported."""
        text = (value.get("description") or shown(value)).split("\n")[0][:MAX_ENTRY]
        if len(self.thrown) < MAX_ENTRIES:
            self.thrown[text] = text + (
                placed(frames[0]["url"], frames[0]["location"]) if frames else ""
            )

    def uncaught(self):
        """Every uncaught error, those that were kept quiet last."""
        reported = list(self.errors.values())
        hidden = [
            told for text, told in self.thrown.items() if not any(text in one for one in reported)
        ]
        return [*reported, *hidden]

    def dialog(self, kind, text):
        """A dialog that was opened."""
        self.dialogs.append((kind, text[:MAX_ENTRY]))
        if len(self.dialogs) > MAX_DIALOGS:
            raise Ended("storm", f"the page opened more than {MAX_DIALOGS} dialogs")

    def note(self, text):
        """Remember what was prevented."""
        if len(self.notes) < MAX_ENTRIES and text not in self.notes:
            self.notes.append(text)

    def streams(self):
        """Everything as the result's stdout and stderr."""
        lines = [f"[{level}] {text}" for level, text in [*self.console, *self.dialogs]]
        bad = [f"page error: {text}" for text in self.uncaught()]
        return {"stdout": "\n".join(lines), "stderr": "\n".join([*bad, *self.notes])}


def shown(value):
    """A console argument as text."""
    if "value" in value:
        one = value["value"]
        return one if isinstance(one, str) else json.dumps(one)
    return value.get("description") or value.get("unserializableValue") or value["type"]


def thrown(details):
    """What was thrown, with its place in the response."""
    exception = details.get("exception")
    text = (exception and shown(exception)) or details["text"]
    return text.split("\n")[0] + (placed(details["url"], details) if "url" in details else "")


def placed(url, where):
    """A place in the response, in brackets."""
    name = url.removeprefix(ORIGIN).lstrip("/") or "index.html"
    return f" ({name}:{where['lineNumber'] + 1})"
