"""Pages in a real browser: what steps do, what checks see, and how a failure is told."""

# ruff: noqa: E501 - pages and checks read better unbroken

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest

from harness.models import (
    Form,
    HtmlSpec,
    Language,
    Limits,
    Response,
    Result,
    Task,
    TestKind,
    Trust,
    Verdict,
)
from harness.store.artifacts import artifact_file

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine

LIMITS = Limits(cpu_s=3.0, wall_s=10.0)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Shop</title>
<style>
  body { margin: 0; font: 16px sans-serif; }
  #a, #b { display: inline-block; width: 100px; height: 50px; }
  #b { color: rgb(255 0 0); }
  #low { margin-top: 900px; }
  #veil { position: fixed; right: 0; bottom: 0; width: 200px; height: 200px; background: white; }
  #under { position: fixed; right: 10px; bottom: 10px; }
  #hover:hover { color: lime; }
  .x::before { content: 'pre'; color: teal; }
  @media (max-width: 500px) { #b { display: block; } }
</style></head>
<body><main><h1>Shop</h1>
<div id="a">A</div><div id="b">B</div>
<p class="x">one   <b>two</b></p><p class="x" hidden>three</p>
<input id="name" value="Ann"><textarea id="note"></textarea>
<input id="day" type="date"><input type="checkbox" id="tick"><label for="tick">Tick</label>
<select id="size"><option value="s">Small</option><option value="l">Large</option></select>
<button id="late">Late</button><button id="off" disabled>Off</button>
<button id="ask">Ask</button><button id="keys">Keys</button>
<button id="under">Under</button><div id="veil"></div>
<a id="jump" href="#low">Jump</a> <a id="away" href="https://example.org/">Away</a>
<p id="hover">Hover</p><p id="out"></p><p id="low">Low</p>
</main><script>
const out = document.getElementById('out');
const say = (text) => { out.textContent = text; };
document.getElementById('late').onclick = () => setTimeout(() => say('late'), 300);
document.getElementById('late').ondblclick = () => say('twice');
document.getElementById('ask').onclick = () => say(String(prompt('Who?', 'nobody')) + confirm('Sure?'));
document.getElementById('keys').onkeydown = (e) => say(`${e.ctrlKey ? 'C-' : ''}${e.key} ${e.code}`);
document.getElementById('name').oninput = (e) => { document.title = e.target.value; };
document.getElementById('size').onchange = (e) => say(e.target.value);
document.getElementById('day').onchange = (e) => say(e.target.value);
console.warn('careful');
</script></body></html>
"""


def _task(html: dict[str, Any], **fields: Any) -> Task:
    return Task.model_validate(
        {
            "task_id": "page", "language": Language.HTML, "kind": TestKind.HTML, "prompt": "p",
            "html": HtmlSpec.model_validate(html), "limits": LIMITS, **fields,
        }
    )  # fmt: skip


def _run(sandbox: Sandbox, html: dict[str, Any], page: str = PAGE, **fields: Any) -> Result:
    task = _task(html, **fields)
    response = Response(response_id="r", task_id="page", model="m", text=page, form=Form.FULL)
    return sandbox.evaluate(task, response)


def _case(*checks: dict[str, Any], steps: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"cases": [{"name": "case", "steps": steps, "checks": checks}], "patience_s": 0.1}


HOLDS: list[tuple[str, dict[str, Any]]] = [
    ("exists", {"check": "exists", "selector": "#a"}),
    ("exists not", {"check": "exists", "selector": "#z", "negate": True}),
    ("count", {"check": "count", "selector": ".x", "equals": 2}),
    ("count range", {"check": "count", "selector": ".x", "at_least": 1, "at_most": 2}),
    ("text folds space", {"check": "text", "selector": ".x", "equals": "one two"}),
    ("hidden text is none", {"check": "text", "selector": ".x", "nth": 1, "equals": ""}),
    ("content", {"check": "content", "selector": ".x", "nth": 1, "equals": "three"}),
    ("attribute", {"check": "attribute", "selector": "#off", "name": "disabled"}),
    ("no attribute", {"check": "attribute", "selector": "#a", "name": "disabled", "negate": True}),
    ("value", {"check": "value", "selector": "#name", "equals": "Ann"}),
    ("visible", {"check": "visible", "selector": "#a"}),
    ("invisible", {"check": "visible", "selector": ".x", "nth": 1, "negate": True}),
    ("disabled", {"check": "enabled", "selector": "#off", "negate": True}),
    ("unticked", {"check": "checked", "selector": "#tick", "negate": True}),
    ("colour", {"check": "style", "selector": "#b", "name": "color", "equals": "red"}),
    ("colour hsl", {"check": "style", "selector": "#b", "name": "color", "equals": "hsl(0 100% 50%)"}),
    ("size", {"check": "style", "selector": "#a", "name": "width", "at_least": 99, "at_most": 101}),
    ("pseudo", {"check": "style", "selector": ".x", "name": "color", "pseudo": "::before", "equals": "teal"}),
    ("left of", {"check": "layout", "selector": "#a", "relation": "left_of", "other": "#b"}),
    ("same row", {"check": "layout", "selector": "#a", "relation": "same_row", "other": "#b"}),
    ("not below", {"check": "layout", "selector": "#b", "relation": "below", "other": "#a", "negate": True}),
    ("inside", {"check": "layout", "selector": "#a", "relation": "inside", "other": "main"}),
    ("outside", {"check": "layout", "selector": "#low", "relation": "within_viewport", "negate": True}),
    ("no sideways", {"check": "no_sideways_scrolling"}),
    ("title", {"check": "title", "matches": "^Sh"}),
    ("console", {"check": "console"}),
    ("console says", {"check": "console", "contains": "careful"}),
    ("errors", {"check": "errors"}),
    ("no dialog", {"check": "dialog", "negate": True}),
    ("ignore case", {"check": "text", "selector": "h1", "equals": "SHOP", "ignore_case": True}),
    ("one of", {"check": "text", "selector": "h1", "one_of": ["Store", "Shop"]}),
]  # fmt: skip


def test_what_is_true_of_a_page_holds(sandbox: Sandbox) -> None:
    result = _run(sandbox, _case(*(check for _, check in HOLDS)))
    assert result.verdict is Verdict.PASSED, result.message
    assert result.trust is Trust.ISOLATED


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ({"check": "text", "selector": "h1", "equals": "Store"},
         "h1: text 'Store' expected, found 'Shop'"),
        ({"check": "text", "selector": "#z", "equals": "x"},
         "#z to exist expected, found 0 elements match #z"),
        ({"check": "count", "selector": ".x", "at_least": 3},
         ".x: count at least 3 expected, found '2'"),
        ({"check": "style", "selector": "#b", "name": "color", "equals": "blue"},
         "#b: style color 'blue' expected, found 'rgb(255, 0, 0)'"),
        ({"check": "visible", "selector": ".x", "every": True},
         ".x to be visible expected, found not visible"),
        ({"check": "layout", "selector": "#a", "relation": "below", "other": "#b"},
         "#a below #b expected, found x 0–100"),
        ({"check": "console", "level": "warning"}, "a clean console expected, found 'careful'"),
        ({"check": "accessibility"}, "select-name (critical)"),
        ({"check": "attribute", "selector": "#a", "name": "role"},
         "#a: an attribute role expected"),
    ],
)  # fmt: skip
def test_what_is_not_true_is_told(sandbox: Sandbox, check: dict[str, Any], message: str) -> None:
    result = _run(sandbox, _case(check))
    assert result.verdict is Verdict.FAILED
    assert message in result.message


def test_every_negated_truth_fails(sandbox: Sandbox) -> None:
    """No check holds both ways."""
    cases = [
        {"name": name, "checks": [{**check, "negate": not check.get("negate", False)}]}
        for name, check in HOLDS
        if name not in ("no sideways", "console", "errors")
    ]
    result = _run(sandbox, {"cases": cases, "patience_s": 0})
    assert {case.name for case in result.cases if case.verdict is Verdict.PASSED} == set()


STEPS: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
    ("type replaces", [{"action": "type", "selector": "#name", "text": "Bo Ö!"}],
     {"check": "value", "selector": "#name", "equals": "Bo Ö!"}),
    ("typing is heard", [{"action": "type", "selector": "#name", "text": "Bo"}],
     {"check": "title", "equals": "Bo"}),
    ("type appends", [{"action": "type", "selector": "#name", "text": "a", "append": True}],
     {"check": "value", "selector": "#name", "contains": "a"}),
    ("type nothing", [{"action": "type", "selector": "#name", "text": ""}],
     {"check": "value", "selector": "#name", "equals": ""}),
    ("lines", [{"action": "type", "selector": "#note", "text": "a\nb"}],
     {"check": "value", "selector": "#note", "equals": "a b"}),
    ("date", [{"action": "type", "selector": "#day", "text": "2024-02-29"}],
     {"check": "text", "selector": "#out", "equals": "2024-02-29"}),
    ("tick by label", [{"action": "click", "selector": "label"}],
     {"check": "checked", "selector": "#tick"}),
    ("select by text", [{"action": "select", "selector": "#size", "values": ["Large"]}],
     {"check": "text", "selector": "#out", "equals": "l"}),
    ("double click", [{"action": "click", "selector": "#late", "count": 2}],
     {"check": "text", "selector": "#out", "equals": "twice"}),
    ("late effects are waited for", [{"action": "click", "selector": "#late"}],
     {"check": "text", "selector": "#out", "equals": "late", "timeout_s": 5}),
    ("chord", [{"action": "press", "selector": "#keys", "key": "Control+k"}],
     {"check": "text", "selector": "#out", "equals": "C-k KeyK"}),
    ("named key", [{"action": "press", "selector": "#keys", "key": "ArrowLeft"}],
     {"check": "text", "selector": "#out", "equals": "ArrowLeft ArrowLeft"}),
    ("focus moves", [{"action": "press", "key": "Tab"}],
     {"check": "focused", "selector": "#name"}),
    ("hover", [{"action": "hover", "selector": "#hover"}],
     {"check": "style", "selector": "#hover", "name": "color", "equals": "lime"}),
    ("resize", [{"action": "resize", "width": 400, "height": 600}],
     {"check": "layout", "selector": "#b", "relation": "below", "other": "#a"}),
    ("prompt", [{"action": "dialogs", "accept": True, "text": "Ann"},
                {"action": "click", "selector": "#ask"}],
     {"check": "text", "selector": "#out", "equals": "Anntrue"}),
    ("dismissed", [{"action": "dialogs", "accept": False},
                   {"action": "click", "selector": "#ask"}],
     {"check": "text", "selector": "#out", "equals": "nullfalse"}),
    ("dialogs are seen", [{"action": "click", "selector": "#ask"}],
     {"check": "dialog", "equals": "Sure?"}),
    ("fragment", [{"action": "click", "selector": "#jump"}],
     {"check": "url", "equals": "low"}),
    ("scrolled to", [{"action": "click", "selector": "#jump"}],
     {"check": "layout", "selector": "#low", "relation": "within_viewport"}),
    ("other sites are not gone to", [{"action": "click", "selector": "#away"}],
     {"check": "text", "selector": "h1", "equals": "Shop"}),
    ("wait", [{"action": "click", "selector": "#late"}, {"action": "wait", "ms": 400}],
     {"check": "text", "selector": "#out", "equals": "late", "timeout_s": 0.01}),
]  # fmt: skip


def test_steps_do_what_a_person_does(sandbox: Sandbox) -> None:
    cases = [{"name": name, "steps": steps, "checks": [check]} for name, steps, check in STEPS]
    result = _run(sandbox, {"cases": cases})
    failed = {case.name: case.message for case in result.cases if case.message}
    assert failed == {}
    assert len(result.cases) == len(STEPS)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"action": "click", "selector": "#z"}, "step 1, click #z: does not exist"),
        ({"action": "click", "selector": ".x", "nth": 1}, "click .x [1]: is not visible"),
        ({"action": "click", "selector": "#under"}, "click #under: is covered by div#veil"),
        ({"action": "type", "selector": "#a", "text": "x"}, "type #a 'x': cannot be"),
        ({"action": "type", "selector": "#off", "text": "x"}, "type #off 'x': is disabled"),
        ({"action": "select", "selector": "#size", "values": ["XXL"]}, 'has no option "XXL"'),
        ({"action": "wait", "selector": "#z", "timeout_s": 0.1}, "wait #z: does not exist"),
    ],
)
def test_what_a_person_cannot_do_fails(
    sandbox: Sandbox, step: dict[str, Any], message: str
) -> None:
    result = _run(sandbox, _case({"check": "errors"}, steps=(step,)))
    assert result.verdict is Verdict.FAILED
    assert message in result.message


def test_errors_and_denials_are_told(sandbox: Sandbox) -> None:
    page = """<!DOCTYPE html><title>x</title><script src="https://cdn.example/lib.js"></script>
<script src="missing.js"></script>
<script>
console.log('a', { b: 1 }, [2]);
Promise.reject(new TypeError('lost'));
</script>
<script>lib.start();</script>"""
    result = _run(sandbox, _case({"check": "errors"}, {"check": "console"}), page)
    case = result.cases[0]
    assert "lib is not defined (index.html:7)" in case.stderr
    assert "lost" in case.stderr
    assert "blocked: https://cdn.example/lib.js" in case.stderr
    assert "not found: /missing.js" in case.stderr
    assert "[log] a " in case.stdout
    assert result.verdict is Verdict.FAILED


def test_a_page_of_several_files_is_served_as_such(sandbox: Sandbox) -> None:
    answer = """```html
<!DOCTYPE html><title>x</title><link rel="stylesheet" href="css/a.css"><p id="p"></p>
<script src="b.js" type="module"></script>
```
```css
#p { color: teal }
```
```js
const rows = await (await fetch('data/rows.json')).json();
document.getElementById('p').textContent = rows.join();
```"""
    spec = _case(
        {"check": "text", "selector": "#p", "equals": "1,2"},
        {"check": "style", "selector": "#p", "name": "color", "equals": "teal"},
    )
    task = _task(spec, files={"data/rows.json": "[1, 2]"})
    response = Response(response_id="r", task_id="page", model="m", text=answer, form=Form.CHAT)
    result = sandbox.evaluate(task, response)
    assert result.verdict is Verdict.PASSED, result.message


def test_screenshots_are_kept_with_the_result(sandbox: Sandbox) -> None:
    spec = {
        "viewports": [{"name": "phone", "width": 375, "height": 667}, {"name": "wide"}],
        "screenshots": [
            {"name": "phone", "viewport": "phone"},
            {"name": "all", "viewport": "phone", "full_page": True},
            {"name": "wide", "viewport": "wide"},
        ],
        "cases": [
            {
                "name": "a",
                "steps": [{"action": "screenshot", "name": "step"}],
                "checks": [{"check": "errors"}],
            }
        ],
    }
    result = _run(sandbox, spec)
    assert result.verdict is Verdict.PASSED, result.message
    sizes = {}
    for one in result.artifacts:
        data = artifact_file(sandbox.evaluator.settings.home, one.sha256).read_bytes()
        assert len(data) == one.size
        assert data.startswith(b"\x89PNG")
        sizes[one.name] = struct.unpack(">II", data[16:24])
    assert sizes["phone"] == sizes["step"] == (375, 667)
    assert sizes["wide"] == (1280, 720)
    assert sizes["all"][0] == 375
    assert sizes["all"][1] > 900


def test_pictures_are_reproducible(sandbox: Sandbox) -> None:
    spec = {**_case({"check": "errors"}), "screenshots": [{"name": "a"}]}
    first, second = (_run(sandbox, spec).artifacts[0].sha256 for _ in range(2))
    assert first == second


def test_nothing_is_left_for_the_next_page(sandbox: Sandbox) -> None:
    page = """<!DOCTYPE html><title>x</title><p id="p"></p><script>
document.getElementById('p').textContent =
  [localStorage.length, document.cookie, window.name, navigator.language,
   Intl.DateTimeFormat().resolvedOptions().timeZone, matchMedia('(prefers-color-scheme: dark)').matches,
   matchMedia('(prefers-reduced-motion: reduce)').matches, devicePixelRatio].join('|');
localStorage.a = 1; document.cookie = 'a=1'; window.name = 'a';
</script>"""
    check = {"check": "text", "selector": "#p", "equals": "0|||en-US|UTC|false|false|1"}
    spec = {"cases": [{"name": str(number), "checks": [check]} for number in range(2)]}
    for _ in range(2):
        result = _run(sandbox, spec, page)
        assert result.verdict is Verdict.PASSED, result.message


def test_a_case_that_never_ends_costs_only_itself(sandbox: Sandbox) -> None:
    page = "<!DOCTYPE html><title>x</title><button id='a'>A</button><script>a.onclick = () => { for (;;); }</script>"
    good = {"name": "good", "checks": [{"check": "exists", "selector": "#a"}]}
    bad = {**good, "name": "bad", "steps": [{"action": "click", "selector": "#a"}]}
    spec = {"cases": [good, bad, {**good, "name": "after"}]}
    result = _run(sandbox, spec, page, limits=Limits(cpu_s=1.0, wall_s=4.0))
    assert [one.verdict for one in result.cases] == [
        Verdict.PASSED, Verdict.TIMEOUT, Verdict.PASSED,
    ]  # fmt: skip
    assert result.verdict is Verdict.TIMEOUT
    assert _run(sandbox, _case({"check": "errors"})).verdict is Verdict.PASSED


def test_a_crash_takes_nothing_along(sandbox: Sandbox) -> None:
    page = "<!DOCTYPE html><title>x</title><script>const kept = []; for (;;) kept.push(new Uint8Array(1 << 26).fill(1));</script>"
    result = _run(sandbox, _case({"check": "errors"}), page, limits=Limits(cpu_s=20, wall_s=60))
    assert result.verdict is Verdict.MEMORY_LIMIT, result.message
    assert _run(sandbox, _case({"check": "errors"})).verdict is Verdict.PASSED


IN_PAGE = {
    "in_page": [
        {"text": "jQuery and chai", "js": "assert.equal($('h1').text(), 'Shop');"},
        {"text": "source", "js": "assert.include(code, '<!DOCTYPE html>');"},
        {"text": "wrong", "js": "assert.equal($('h1').text(), 'Store', 'the name');"},
        {"text": "waits", "js": "(async () => { await new Promise((r) => setTimeout(r, 20)); assert(false, 'late'); })();"},
        {"text": "css", "js": "assert.equal(new __helpers.CSSHelp(document).getStyle('#b').color, 'rgb(255, 0, 0)');"},
        {"text": "broken", "js": "assert(;"},
    ]
}  # fmt: skip


def test_in_page_tests_are_cases_of_shared_trust(sandbox: Sandbox) -> None:
    result = _run(sandbox, IN_PAGE)
    assert result.trust is Trust.SHARED
    assert {one.name: one.verdict.value for one in result.cases} == {
        "jQuery and chai": "passed",
        "source": "passed",
        "wrong": "failed",
        "waits": "failed",
        "css": "passed",
        "broken": "failed",
    }
    assert "the name: expected 'Shop' to equal 'Store'" in result.cases[2].message


def test_early_stop_runs_no_case_after_a_failure(sandbox: Sandbox) -> None:
    cases = [
        {"name": name, "checks": [{"check": "exists", "selector": selector}]}
        for name, selector in (("a", "#a"), ("z", "#z"), ("b", "#b"))
    ]
    sandbox.evaluator.early_stop = True
    try:
        result = _run(sandbox, {"cases": cases, "patience_s": 0})
    finally:
        sandbox.evaluator.early_stop = False
    assert [one.verdict.value for one in result.cases] == ["passed", "failed"]


def test_a_page_has_what_pages_count_on(sandbox: Sandbox) -> None:
    """A secure context, a script engine with its workers, graphics; rights are denied quietly."""
    page = """<!DOCTYPE html><title>x</title><button id="go">Go</button><p id="out"></p><script>
const tries = [
  () => crypto.randomUUID().length, () => crypto.subtle.digest('SHA-256', new Uint8Array()),
  () => navigator.clipboard.writeText('copied'), () => Notification.permission,
  () => new Promise((r) => navigator.geolocation.getCurrentPosition(r, () => r('denied'))),
  () => document.createElement('canvas').getContext('webgl').VERSION,
  () => document.createElement('canvas').getContext('2d').fillStyle,
  () => new Promise((r) => { new Worker(URL.createObjectURL(new Blob(['postMessage(4)']))).onmessage = (e) => r(e.data); }),
  () => new Promise((r) => { indexedDB.open('a').onsuccess = () => r('kept'); }),
  () => document.hasFocus(), () => navigator.hardwareConcurrency, () => print(),
];
document.getElementById('go').onclick = async () => {
  const found = [];
  for (const one of tries) try { found.push(await one()); } catch (error) { found.push(error.name); }
  document.getElementById('out').textContent = found.join(' ');
};</script>"""
    wanted = "36 [object ArrayBuffer] denied denied 7938 #000000 4 kept true 1"
    spec = _case(
        {"check": "text", "selector": "#out", "equals": wanted, "timeout_s": 10},
        {"check": "errors"},
        steps=({"action": "click", "selector": "#go"},),
    )
    result = _run(sandbox, spec, page)
    assert result.verdict is Verdict.PASSED, result.message
