"""Steps: what a user does, through the browser's own input, so that every handler runs."""

import time

from browser import ProtocolError

MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
# name → (code, virtual key, text)
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Tab": ("Tab", 9, ""),
    "Escape": ("Escape", 27, ""),
    "Backspace": ("Backspace", 8, ""),
    "Delete": ("Delete", 46, ""),
    "Space": ("Space", 32, " "),
    "Home": ("Home", 36, ""),
    "End": ("End", 35, ""),
    "PageUp": ("PageUp", 33, ""),
    "PageDown": ("PageDown", 34, ""),
    "ArrowLeft": ("ArrowLeft", 37, ""),
    "ArrowUp": ("ArrowUp", 38, ""),
    "ArrowRight": ("ArrowRight", 39, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
    **{f"F{n}": (f"F{n}", 111 + n, "") for n in range(1, 13)},
}
MAX_SHOT_BYTES = 2 << 20
MAX_SHOT_HEIGHT = 6000
RETRY_S = 0.05


class StepFailed(Exception):
    """The page did not let the user do it; the text says why."""


def patient(page, patience_s, attempt):
    """``attempt()`` until it reports no problem; StepFailed with the last problem."""
    deadline = time.monotonic() + patience_s
    while True:
        found = attempt()
        problem = found.get("problem")
        if problem is None:
            return found
        if time.monotonic() >= deadline:
            raise StepFailed(problem)
        page.browser.rest(RETRY_S)


def target(step, **more):
    """Arguments that name the step's element."""
    return {"selector": step["selector"], "nth": step.get("nth", 0), **more}


def mouse(kind, point, **more):
    """One mouse event."""
    return {"type": kind, "x": point["x"], "y": point["y"], **more}


def aimed(page, step, patience_s):
    """Where an element takes the mouse."""
    return patient(page, patience_s, lambda: page.ask("aim", **target(step)))


def hover(page, step, patience_s):
    """Move the mouse over an element."""
    point = aimed(page, step, patience_s)
    page.input("Input.dispatchMouseEvent", mouse("mouseMoved", point))


def click(page, step, patience_s):
    """Click an element, ``count`` times in a row."""
    point = aimed(page, step, patience_s)
    # A move alone would be acknowledged with the next frame; the press brings it along.
    page.post("Input.dispatchMouseEvent", mouse("mouseMoved", point))
    for number in range(1, step.get("count", 1) + 1):
        for kind in ("mousePressed", "mouseReleased"):
            event = mouse(kind, point, button="left", clickCount=number)
            page.input("Input.dispatchMouseEvent", event)


def key_event(page, kind, key, modifiers=0):
    """One key going down or up."""
    code, virtual, text = KEYS.get(key) or (
        f"Key{key.upper()}" if key.isalpha() else "",
        ord(key.upper()) if key.isalnum() and key.isascii() else 0,
        key,
    )
    if modifiers & ~MODIFIERS["Shift"]:
        text = ""
    event = {
        "type": kind,
        "key": " " if key == "Space" else key,
        "code": code,
        "windowsVirtualKeyCode": virtual,
        "modifiers": modifiers,
    }
    if kind == "keyDown" and text:
        event["text"] = text
    elif kind == "keyDown":
        event["type"] = "rawKeyDown"
    page.input("Input.dispatchKeyEvent", event)


def press_key(page, chord):
    """Press a key or a chord such as ``Control+Enter``."""
    *held, key = chord.split("+") if chord != "+" else ["+"]
    modifiers = sum(MODIFIERS[one] for one in held)
    key_event(page, "keyDown", key, modifiers)
    key_event(page, "keyUp", key, modifiers)


def press(page, step, patience_s):
    """Press a key on an element, or on what has the focus."""
    if step.get("selector"):
        patient(page, patience_s, lambda: page.ask("focus", **target(step)))
    for _ in range(step.get("count", 1)):
        press_key(page, step["key"])


def type_text(page, step, patience_s):
    """Type into a field; what it held is replaced unless ``append``."""
    append = step.get("append", False)
    found = patient(
        page,
        patience_s,
        lambda: page.ask("focus", **target(step, text=step["text"], replace=not append)),
    )
    if found.get("filled"):
        return
    if not step["text"] and not append:
        press_key(page, "Delete")
    for character in step["text"]:
        if character == "\n":
            press_key(page, "Enter")
        elif character.isascii() and character.isprintable():
            press_key(page, "Space" if character == " " else character)
        else:
            page.input("Input.insertText", {"text": character})


def select(page, step, patience_s):
    """Choose options of a select element by value or text."""
    patient(page, patience_s, lambda: page.ask("choose", **target(step, values=step["values"])))


def resize(page, step, _patience_s):
    """Change the viewport's size."""
    page.resize({"width": step["width"], "height": step["height"]})


def wait(page, step, patience_s):
    """Wait a fixed time, or until an element is visible."""
    if step.get("selector"):
        patience_s = max(patience_s, step.get("ms", 0) / 1000)
        patient(page, patience_s, lambda: _shown(page, step))
    else:
        page.browser.rest(step["ms"] / 1000)


def _shown(page, step):
    found = page.ask("look", fact="visible", selector=step["selector"])
    nth = step.get("nth", 0)
    if nth >= len(found):
        return {"problem": "does not exist"}
    return {} if found[nth] else {"problem": "is not visible"}


def dialogs(page, step, _patience_s):
    """How dialogs are answered from now on."""
    page.answer = {"accept": step.get("accept", True)}
    if step.get("text") is not None:
        page.answer["promptText"] = step["text"]


def screenshot(page, step, _patience_s):
    """Keep a picture."""
    page.shots.append({"name": step["name"], **picture(page, step.get("full_page", False))})


ACTIONS = {
    "click": click,
    "hover": hover,
    "press": press,
    "type": type_text,
    "select": select,
    "resize": resize,
    "wait": wait,
    "dialogs": dialogs,
    "screenshot": screenshot,
}


def act(page, step, patience_s):
    """Do one step and let the page react."""
    ACTIONS[step["action"]](page, step, step.get("timeout_s") or patience_s)
    page.settle()


def picture(page, full_page):
    """A PNG of the viewport, or of the whole page up to a height; size-capped by shrinking."""
    size = page.ask("page")
    top, height = size["top"], size["height"]
    if full_page:
        top, height = 0, min(max(height, size["scrollHeight"]), MAX_SHOT_HEIGHT)
    clip = {"x": 0, "y": top, "width": size["width"], "height": height}
    for scale in (1, 0.5, 0.25):
        options = {
            "format": "png",
            "clip": {**clip, "scale": scale},
            "captureBeyondViewport": full_page,
        }
        try:
            data = page.call("Page.captureScreenshot", options)["data"]
        except ProtocolError as error:
            page.said.note(f"no picture: {error}")
            break
        if len(data) * 3 // 4 <= MAX_SHOT_BYTES:
            return {"png": data}
    return {"png": ""}
