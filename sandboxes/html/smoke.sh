# Proves the finished image works: the browser starts, is served and is looked at.
python3 -I - <<'PY'
import sys
import tempfile

sys.path[:0] = ["/opt/harness/html", "/opt/harness/agent"]

from browser import Browser, Budget
from checks import check
from page import Page

with tempfile.TemporaryDirectory() as folder:
    browser = Browser(folder)
    browser.budget = Budget(None, 60.0)
    files = {"index.html": "<!doctype html><html lang=en><title>x</title><main><h1>Hi</h1></main>"}
    page = Page(browser, files, {"width": 640, "height": 480}, 1 << 20)
    page.load()
    wrong = check(page, {"check": "text", "selector": "h1", "equals": "Hi"}, 1.0)
    assert wrong is None, wrong
    wrong = check(page, {"check": "accessibility"}, 0.0)
    assert wrong is None, wrong
    page.run_libraries(["jquery.min.js", "chai.js", "helpers.js"])
    assert page.run_test("assert($('h1').text() === 'Hi')") is None
    assert page.run_test("assert($('h1').text() === 'Ho')")
    print("chromium=" + browser.call("Browser.getVersion")["product"].split("/")[1])
    page.close()
    browser.close()
PY
