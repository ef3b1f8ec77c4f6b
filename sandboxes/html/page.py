"""One page in a context of its own: what it is served, what it says, what it may not do."""

import functools
import json
import os
import re
from urllib.parse import urlsplit

from browser import Ended, ProtocolError
from said import ORIGIN, Said, shown, thrown
from serving import HOST, answer

WORLD = "harness"
WHOLE_LINES = re.compile(r"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n", re.MULTILINE)
LIBRARIES = "/opt/harness/html_lib"
MAX_POPUPS = 20
LOAD_GRACE_S = 3.0
NO_CONTEXT = ("Cannot find context", "Execution context was destroyed", "uniqueContextId not found",
              "Inspected target navigated", "Promise was collected")  # fmt: skip


@functools.cache
def read(name):
    """A script of this folder or of the libraries, without comments that fill whole lines.

    More than half of chai is such comments, and every page is sent it anew.
    """
    for folder in (os.path.dirname(os.path.abspath(__file__)), LIBRARIES):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as handle:
                return WHOLE_LINES.sub("", handle.read())
    raise FileNotFoundError(name)


PROBE = read("probe.js")


class Page:
    """A fresh context with one page. ``load`` serves the response; then it may be acted on.

    said: what it said and was denied.  shots: pictures taken.
    context, main_world: the probe's JavaScript world and the page's own.
    """

    def __init__(self, browser, files, viewport, output_bytes, watch_errors=False):
        self.browser = browser
        self.files = files
        self.said = Said(output_bytes)
        self.shots = []
        self.main_world = None
        self.popups = 0
        self.answer = {"accept": True}
        self.loaded = self.content_loaded = self.navigating = False
        self.navigations = 0
        self.context = None
        self.axe_in = None
        self.session = None
        browser.listeners[None] = self.on_browser_event
        self.owner = browser.call("Target.createBrowserContext", {"disposeOnDetach": True})[
            "browserContextId"
        ]
        own = {"browserContextId": self.owner}
        browser.post("Browser.setDownloadBehavior", {"behavior": "deny", **own})
        # Granting one permission denies every other without a prompt.
        browser.post(
            "Browser.grantPermissions", {"permissions": ["clipboardSanitizedWrite"], **own}
        )
        self.target = None
        created = browser.call("Target.createTarget", {"url": "about:blank", **own})
        self.target = created["targetId"]
        browser.run(lambda: self.session is not None)
        self._prepare(viewport, watch_errors)

    def _prepare(self, viewport, watch_errors):
        post = self.post
        post("Page.enable")
        post("Runtime.enable")
        post("Log.enable")
        post("Inspector.enable")
        post("Emulation.setFocusEmulationEnabled", {"enabled": True})
        post("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        post("Page.addScriptToEvaluateOnNewDocument", {"source": PROBE, "worldName": WORLD})
        if watch_errors:
            # A page can keep an error from being reported (onerror), not from being thrown.
            post("Debugger.enable")
            post("Debugger.setPauseOnExceptions", {"state": "uncaught"})
        self.resize(viewport)
        self.call("Runtime.runIfWaitingForDebugger")

    def post(self, method, params=None):
        """Send a command to the page."""
        return self.browser.post(method, params, self.session)

    def call(self, method, params=None, or_when=lambda: False):
        """Send a command to the page and wait for its result."""
        return self.browser.call(method, params, self.session, or_when)

    def input(self, method, params):
        """An input event. A page that leaves while it handles one never acknowledges it."""
        before = self.navigations - self.navigating
        self.call(method, params, lambda: self.navigations > before)

    def resize(self, viewport):
        """Change the viewport."""
        self.post(
            "Emulation.setDeviceMetricsOverride",
            {**viewport, "deviceScaleFactor": 1, "mobile": False},
        )

    def load(self):
        """Open the response's page; returns when it has loaded (or has stopped trying)."""
        self.call("Page.navigate", {"url": ORIGIN + "/"})
        self.wait_loaded()

    def wait_loaded(self):
        """Wait for the load event; a page that never fires it gets a while after parsing."""
        run = self.browser.run
        run(lambda: self.loaded or self.content_loaded)
        run(lambda: self.loaded, LOAD_GRACE_S)
        self.settle()

    def settle(self):
        """Let the page react: navigations under way, timers that are due, one frame."""
        self.browser.run(lambda: not self.navigating, LOAD_GRACE_S)
        self.ask("frame")

    def ask(self, name, /, **arguments):
        """Ask the probe, in its own world. A page that navigates meanwhile is asked again."""
        expression = f"probe.{name}({json.dumps(arguments)})"
        for _ in range(5):
            self.browser.run(lambda: self.context is not None)
            try:
                return self.evaluate(expression, self.context)
            except ProtocolError as error:
                if not any(text in str(error) for text in NO_CONTEXT):
                    raise
                self.context = None
        raise Ended("storm", "the page does not stop navigating")

    def evaluate(self, expression, context):
        """The value of an expression; ProtocolError with the text of what it threw."""
        answer = self.call(
            "Runtime.evaluate",
            {
                "expression": expression,
                "uniqueContextId": context,
                "awaitPromise": True,
                "returnByValue": True,
            },
            # A world that goes while it is asked does not always say so.
            lambda: context not in (self.context, self.main_world),
        )
        if answer is None:
            raise ProtocolError(NO_CONTEXT[0])
        if "exceptionDetails" in answer:
            raise ProtocolError(thrown(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def accessibility(self, selector, tags):
        """axe-core's violations, found in the probe's world."""
        if self.axe_in != self.context:
            self.evaluate(read("axe.min.js") + "\n;0", self.context)
            self.axe_in = self.context
        return self.ask("accessibility", selector=selector, tags=tags)

    def on_browser_event(self, method, params):
        """Targets that come: our page, or a window it opens (closed before it runs)."""
        if method != "Target.attachedToTarget":
            return
        info = params["targetInfo"]
        if self.session is None and info.get("openerId") is None and info["type"] == "page":
            self.session = params["sessionId"]
            self.browser.listeners[self.session] = self.on_event
            return
        self.popups += info["type"] == "page"
        self.said.note(f"a new {info['type']} was closed: {info['url'][:200]}")
        self.browser.post("Target.closeTarget", {"targetId": info["targetId"]})
        if self.popups > MAX_POPUPS:
            raise Ended("storm", f"the page opened more than {MAX_POPUPS} windows")

    def on_event(self, method, params):
        """What the page does."""
        handler = HANDLERS.get(method)
        if handler is not None:
            handler(self, params)

    def on_request(self, params):
        """Serve our own origin from memory; nothing else is reachable."""
        address = params["request"]["url"]
        method, reply, note = answer(self.files, address, params["resourceType"] == "Document")
        if note:
            self.said.note(note)
        self.post(method, {"requestId": params["requestId"], **reply})

    def on_context(self, params):
        """A JavaScript world was made: remember the probe's one in the main frame."""
        context = params["context"]
        data = context.get("auxData", {})
        if data.get("frameId") == self.target:
            if context["name"] == WORLD:
                self.context = context["uniqueId"]
            elif data.get("isDefault"):
                self.main_world = context["uniqueId"]

    def on_context_gone(self, params):
        """A world went with its document."""
        if params.get("executionContextUniqueId") == self.context:
            self.context = None

    def on_contexts_gone(self, _params):
        """All worlds went."""
        self.context = self.main_world = None

    def on_console(self, params):
        """console.* of the page."""
        self.said.log(params["type"], " ".join(shown(one) for one in params["args"]))

    def on_log(self, params):
        """The browser's own messages; what it says of blocked requests is our doing."""
        entry = params["entry"]
        address = entry.get("url", "")
        if entry["source"] != "network" or urlsplit(address).netloc == HOST:
            self.said.log(entry["level"], f"{entry['text']} {address}".strip())

    def on_exception(self, params):
        """An uncaught error or rejection."""
        self.said.error(params["exceptionDetails"])

    def on_exception_revoked(self, params):
        """A rejection found its handler late."""
        self.said.errors.pop(params["exceptionId"], None)

    def on_paused(self, params):
        """An error nobody catches is being thrown, or the page asked for a debugger."""
        if params["reason"] == "exception":
            self.said.throwing(params.get("data", {}), params["callFrames"])
        self.post("Debugger.resume")

    def on_dialog(self, params):
        """alert, confirm, prompt, beforeunload: answered at once and counted."""
        answer = {"accept": True} if params["type"] == "beforeunload" else self.answer
        self.post("Page.handleJavaScriptDialog", answer)
        self.said.dialog(params["type"], params["message"])

    def on_crash(self, _params):
        """The renderer died."""
        raise Ended("crash", "the page crashed")

    def on_navigation(self, params):
        """The main frame goes to another document; it is there when it stops loading."""
        if params["frameId"] == self.target and params["navigationType"] != "sameDocument":
            self.navigating = True
            self.navigations += 1

    def on_stopped(self, params):
        """A frame has loaded, or was not allowed to."""
        if params["frameId"] == self.target:
            self.navigating = False

    def on_load(self, _params):
        self.loaded = True

    def on_content(self, _params):
        self.content_loaded = True

    def run_libraries(self, names):
        """Load scripts into the page's own world."""
        self.browser.run(lambda: self.main_world is not None)
        for name in names:
            self.evaluate(read(name) + "\n;0", self.main_world)

    def run_test(self, script):
        """What a test script threw in the page's own world; None when it did not."""
        expression = f"__harnessTest({json.dumps(script)}, {json.dumps(self.files['index.html'])})"
        try:
            return self.evaluate(expression, self.main_world)
        except ProtocolError as error:
            return str(error)

    def report(self):
        """What the page said and what it was denied, for the result."""
        return {
            **self.said.streams(),
            "shots": self.shots,
            "memory_mb": self.browser.memory_mb(),
        }

    def close(self):
        """End the page and all it kept. Nobody waits: before the next one it must be gone."""
        self.browser.listeners.pop(self.session, None)
        self.browser.listeners[None] = lambda *_: None
        self.browser.post("Target.disposeBrowserContext", {"browserContextId": self.owner})


HANDLERS = {
    "Fetch.requestPaused": Page.on_request,
    "Runtime.executionContextCreated": Page.on_context,
    "Runtime.executionContextDestroyed": Page.on_context_gone,
    "Runtime.executionContextsCleared": Page.on_contexts_gone,
    "Runtime.consoleAPICalled": Page.on_console,
    "Runtime.exceptionThrown": Page.on_exception,
    "Runtime.exceptionRevoked": Page.on_exception_revoked,
    "Debugger.paused": Page.on_paused,
    "Log.entryAdded": Page.on_log,
    "Page.javascriptDialogOpening": Page.on_dialog,
    "Page.frameStartedNavigating": Page.on_navigation,
    "Page.frameStoppedLoading": Page.on_stopped,
    "Page.loadEventFired": Page.on_load,
    "Page.domContentEventFired": Page.on_content,
    "Inspector.targetCrashed": Page.on_crash,
}
