"""Pages that reflect a secret that they were told, each in a way of its own, and how to tell that it can be read."""

from __future__ import annotations

import base64
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_plus

from testbed.serving import Server

VALUE = "Marten-Cove-2093"
MOST = 10
"""Letters and digits of a value from its beginning; who can read them knows too much of it."""
HEAD = "<!doctype html><meta charset=utf-8><title>A page</title><p>An ordinary text stays</p>"


@dataclass(frozen=True)
class Reflection:
    """One page that reflects the value."""

    html: str
    query: str = ""
    """What follows its path in the address, with its `?` or `#`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer."""
    status: int = 200
    redirect: str = ""
    """The query of the page that it leads to; "" where it leads nowhere."""
    media: str = "text/html; charset=utf-8"
    asks: bool = False
    """Whether it opens a dialog."""


def shaped(value: str, first: int, digit: int) -> str:
    """The value in another shape of its letters, whose small ones come right after the capitals."""
    return "".join(
        chr(digit + int(sign))
        if sign.isdigit()
        else chr(first + ord(sign.lower()) - ord("a") + 26 * sign.islower())
        if sign.isalpha()
        else sign
        for sign in value
    )


def spellings(v: str = VALUE) -> dict[str, str]:
    """The value of 16 signs, in every spelling in which a page may say it back as text."""
    return {
        "as it is": v,
        "backwards": v[::-1],
        "backwards in capitals": v[::-1].upper(),
        "other case": v.swapcase(),
        "spelled by spaces": " ".join(v),
        "spelled by two spaces": "  ".join(v),
        "spelled by hard spaces": "\u00a0".join(v),
        "spelled by lines": "\n".join(v),
        "spelled by hyphens": "-".join(v),
        "spelled by dots": ".".join(v),
        "spelled by points": " \u00b7 ".join(v),
        "spelled by commas": ", ".join(v),
        "spelled by bars": "|".join(v),
        "spelled backwards": " ".join(v[::-1]),
        "spelled in capitals": " ".join(v.upper()),
        "unseen spaces": "\u200b".join(v),
        "unseen signs": "\u2063\u200d".join(v),
        "soft hyphens": "\u00ad".join(v),
        "underlined": "\u0332".join(v),
        "struck through": "\u0336".join(v),
        "wide": "".join(chr(ord(sign) + 0xFEE0) for sign in v),
        "bold": shaped(v, 0x1D400, 0x1D7CE),
        "sans": shaped(v, 0x1D5A0, 0x1D7E2),
        "monospace": shaped(v, 0x1D670, 0x1D7F6),
        "decimal references": "".join(f"&#{ord(sign)};" for sign in v),
        "hexadecimal references": "".join(f"&#x{ord(sign):x};" for sign in v),
        "hexadecimal references in capitals": "".join(f"&#x{ord(sign):X};" for sign in v),
        "escapes of JavaScript": "".join(f"\\u{ord(sign):04x}" for sign in v),
        "escapes of bytes": "".join(f"\\x{ord(sign):02x}" for sign in v),
        "all percent": "".join(f"%{ord(sign):02X}" for sign in v),
        "all percent in small letters": "".join(f"%{ord(sign):02x}" for sign in v),
        "hexadecimal": v.encode().hex(),
        "hexadecimal in pairs": v.encode().hex(" "),
        "hexadecimal with colons": v.encode().hex(":").upper(),
        "hexadecimal numbers": ", ".join(f"0x{ord(sign):02x}" for sign in v),
        "numbers": ", ".join(str(ord(sign)) for sign in v),
        "numbers in a list of JSON": json.dumps([ord(sign) for sign in v], separators=(",", ":")),
        "base 32": base64.b32encode(v.encode()).decode(),
        "base 64": base64.b64encode(v.encode()).decode(),
        "base 64 for addresses": base64.urlsafe_b64encode(b"ada:" + v.encode()).decode(),
        "turned by 13": codecs.encode(v, "rot13"),
        "in two elements": f"{v[:6]} {v[6:]}",
        "in two cells": f"{v[:6]} | {v[6:]}",
        "in two texts": f"{v[:6]}', '{v[6:]}",
        "in two elements of markup": f"{v[:6]}</b><i>{v[6:]}",
        "around a comment": f"{v[:6]}<!-- -->{v[6:]}",
        "one element a letter": "".join(f"<td>{sign}</td>" for sign in v),
        "in words": v.lower().replace("-", " "),
        "in words of a name": v.lower().replace("-", "_", 1).replace("-", "."),
        "glued": f"x{v}{v}y",
        "cut short": f"{v[:12]}\u2026",
        "quoted in JSON in JSON": json.dumps(json.dumps({"a": v})),
        "an address": f"https://h.test/{v}?pw={v}#{v}",
        "a file": f"C:\\{v}.pdf",
    }


def script(code: str) -> str:
    return f"<script>{code}</script>"


def places(v: str = VALUE) -> dict[str, Reflection]:
    """The value as it is, in every place of a page, its address, its traffic and what it asks."""
    said = json.dumps(v)

    def page(body: str, **options: object) -> Reflection:
        return Reflection(body, **options)  # type: ignore[arg-type]

    return {
        # text
        "a heading": page(f"<h1>Hello {v}</h1>"),
        "the title": page(f"<title>Hello {v}</title>{script('document.title = ' + said)}"),
        "a table": page(f"<table><caption>{v}</caption><tr><th>{v}<tr><td>{v}</table>"),
        "two cells": page(f"<table><tr><td>{v[:7]}<td>{v[7:]}</table>"),
        "a list": page(f"<ul><li>{v}</ul><dl><dt>{v}<dd>{v}</dl>"),
        "parts of one word": page(f"<p><b>{v[:6]}</b><i>{v[6:]}</i></p>"),
        "a link": page(f"<a href='/{v}?q={v}#{v}'>{v}</a>"),
        "a button": page(f"<button>{v}</button><summary>{v}</summary>"),
        "an alert": page(f"<p role=alert id=a></p>{script('a.textContent = ' + said)}"),
        "text that comes late": page(
            f"<p id=a></p>{script(f'setTimeout(() => a.textContent = {said}, 60)')}"
        ),
        "preformatted text": page(f"<pre>{v}\n{v}</pre><code>{v}</code>"),
        "a label, a legend, a caption": page(
            f"<fieldset><legend>{v}</legend><label>{v}<input></label></fieldset><figure><figcaption>{v}</figure>"
        ),
        "ruby, quotes and changes": page(
            f"<ruby>{v}<rt>{v}</ruby><q>{v}</q><ins>{v}</ins><del>{v}</del><mark>{v}</mark>"
        ),
        "hidden text": page(
            f"<p hidden>{v}</p><p style='display:none'>{v}</p><p style='visibility:hidden'>{v}</p>"
        ),
        "text off the screen": page(f"<p style='position:absolute;left:-9999px'>{v}</p>"),
        "comments": page(f"<!-- {v} -->"),
        "a script": page(
            f"<script>const token = {said};</script><script type=application/json>{said}</script>"
        ),
        "a template": page(f"<template>{v}</template><noscript>{v}</noscript>"),
        "a drawing": page(f"<svg><title>{v}</title><desc>{v}</desc><text y=20>{v}</text></svg>"),
        "a formula": page(f"<math><mtext>{v}</mtext></math>"),
        "a canvas": page(f"<canvas aria-label={v}>{v}</canvas>"),
        "details": page(f"<details open><summary>{v}</summary>{v}</details>"),
        "a dialog element": page(f"<dialog open>{v}</dialog><div popover>{v}</div>"),
        # attributes
        "a title": page(f"<b title='{v}'>One</b><button title='{v}'></button>"),
        "a name of ARIA": page(
            f"<button aria-label='{v}'>One</button><div role=checkbox aria-label='{v}'></div>"
        ),
        "a description of ARIA": page(f"<button aria-description='{v}'>One</button>"),
        "what ARIA points at": page(
            f"<b id=x hidden>{v}</b><button aria-labelledby=x aria-describedby=x>One</button>"
        ),
        "values of ARIA": page(
            f"<div role=slider tabindex=0 aria-valuetext='{v}' aria-valuenow=1></div><button aria-keyshortcuts='{v}' aria-roledescription='{v}'>One</button>"
        ),
        "text for an image": page(
            f"<img alt='{v}' src=/none><area alt='{v}'><input type=image alt='{v}' src=/none>"
        ),
        "the address of an image": page(f"<img src='/{v}.png' alt=One width=50 height=50>"),
        "a class, an id and a name": page(
            f"<button class='{v}' id='{v}' name='{v}' data-x='{v}' data-testid='{v}'>One</button>"
        ),
        "a name of a tag": page(f"<x-{v.lower()} role=button tabindex=0>One</x-{v.lower()}>"),
        "a style": page(f"<button style='--x: \"{v}\"'>One</button><style>/* {v} */</style>"),
        "a link by a script": page(
            f"<a href=\"javascript:alert('{v}')\">One</a><a href='mailto:{v}@h.test'>Two</a><a href='tel:{v}'>Three</a>"
        ),
        "data in a link": page(f"<a href='data:text/plain,{v}'>One</a>"),
        # fields
        "a field": page(
            f"<input value='{v}'><input type=search value='{v}'><input type=password value='{v}'>"
        ),
        "a field that is told by a script": page(f"<input id=f>{script('f.value = ' + said)}"),
        "a hidden field": page(f"<form><input type=hidden name=x value='{v}'><button>Send</button></form>"),
        "a placeholder": page(f"<input placeholder='{v}'><textarea placeholder='{v}'></textarea>"),
        "a text area": page(f"<textarea>{v}</textarea>"),
        "an editable part": page(f"<div contenteditable>{v}</div>"),
        "an output": page(f"<output>{v}</output><meter>{v}</meter><progress>{v}</progress>"),
        "a selection": page(
            f"<select><option value='{v}'>{v}<optgroup label='{v}'><option label='{v}'></select>"
        ),
        "a list of proposals": page(f"<input list=l><datalist id=l><option value='{v}'></datalist>"),
        "a pattern and a step": page(
            f"<input pattern='{v}' value=x title='{v}'><input accept='{v}' type=file>"
        ),
        "one field a letter": page("".join(f"<input size=1 value='{sign}'>" for sign in v)),
        "several fields": page("".join(f"<input value='{part}'>" for part in v.split("-"))),
        "a message of a field": page(
            f"<input id=f required>{script(f'f.setCustomValidity({said}); f.reportValidity()')}"
        ),
        "a value in an error of a field": page(
            f"<form><input type=email value='{v}'></form>{script('document.forms[0].reportValidity()')}"
        ),
        "the action of a form": page(f"<form action='/{v}' method=post><button>Send</button></form>"),
        # style sheets
        "generated text": page(f"<style>p::before {{content: '{v}'}}</style><p>One</p>"),
        "generated text of an attribute": page(
            f"<style>button::before {{content: attr(data-x)}}</style><button data-x='{v}'>One</button>"
        ),
        "markers of a list": page(f"<ul style='list-style-type: \"{v}\"'><li>One</ul>"),
        # documents in documents
        "an open shadow root": page(
            f"<div id=h></div>{script(f'''h.attachShadow({{mode: 'open'}}).innerHTML = '<button>{v}</button>{v}' ''')}"
        ),
        "a closed shadow root": page(
            f"<div id=h></div>{script(f'''h.attachShadow({{mode: 'closed'}}).innerHTML = '<button>{v}</button>{v}' ''')}"
        ),
        "a slot": page(f"<div><template shadowrootmode=open>{v[:7]}<slot></slot></template>{v[7:]}</div>"),
        "internals of an element": page(
            "<x-y tabindex=0></x-y>"
            + script(
                f"customElements.define('x-y', class extends HTMLElement {{constructor() {{super(); const i = this.attachInternals(); i.role = 'button'; i.ariaLabel = {said}}}}})"
            )
        ),
        "a frame of a source": page(
            f"<iframe title='{v}' name='{v}' srcdoc='<button>{v}</button>'></iframe>"
        ),
        "a frame of another origin": page(f"<iframe src='{{other}}/inner?{v}'></iframe>"),
        "a frame of data": page(f"<iframe src='data:text/html,<title>{v}</title>{v}'></iframe>"),
        "two frames": page(f"<iframe srcdoc='{v[:7]}'></iframe><iframe srcdoc='{v[7:]}'></iframe>"),
        "an object": page(f"<object data='data:text/html,{v}'>{v}</object>"),
        # what scripts say
        "the console": page(script(f"console.log({said}); console.error({said}); console.table([{said}])")),
        "an error of a script": page(
            script(f"setTimeout(() => {{throw new Error({said})}}); Promise.reject({said})")
        ),
        "an alert box": page(script(f"setTimeout(() => alert({said}), 20)"), asks=True),
        "a question": page(script(f"setTimeout(() => confirm('Is it {v}?'), 20)"), asks=True),
        "a prompt": page(script(f"setTimeout(() => prompt({said}, {said}), 20)"), asks=True),
        "storage": page(
            script(f"localStorage.x = {said}; sessionStorage[{said}] = 1; document.cookie = 'x={v}'")
        ),
        "a new window": page(script(f"setTimeout(() => open('/inner?{v}', '{v}'), 20)")),
        # the address
        "a query": page("One", query=f"?pw={v}&x=1"),
        "a query that is encoded twice": page(
            "One", query=f"?next={quote(quote('/a?pw=' + v, safe=''), safe='')}"
        ),
        "a query in base 64": page(
            "One", query=f"?state={base64.urlsafe_b64encode(json.dumps({'pw': v}).encode()).decode()}"
        ),
        "a fragment": page("One", query=f"#/{v}"),
        "a changed address": page(script(f"history.pushState({said}, '', '/inner?{v}')")),
        "a directive": page("One", query=f"#:~:text={v}"),
        # traffic
        "headers": page(
            "One", headers={"X-Reflected": v, "Link": f"</{v}>; rel=prefetch", "Content-Language": v}
        ),
        "a cookie": page("One", headers={"Set-Cookie": f"seen={v}; Path=/"}),
        "an address that was asked for": page(
            f"<link rel=stylesheet href='/{v}.css'><script src='/{v}.js'></script>"
        ),
        "requests": page(
            script(
                f"fetch('/x?{v}', {{headers: {{'X-Sent': {said}}}}}).catch(() => 0); navigator.sendBeacon('/{v}', {said})"
            )
        ),
        "a body in JSON": page(
            script(
                f"fetch('/x', {{method: 'POST', headers: {{'Content-Type': 'application/json'}}, body: JSON.stringify({{pw: {said}, deep: [{said}]}})}})"
            )
        ),
        "a body of a form": page(
            script(f"fetch('/x', {{method: 'POST', body: new URLSearchParams({{pw: {said}}})}})")
        ),
        "a body in parts": page(
            script(
                f"const f = new FormData(); f.append('pw', {said}); f.append('file', new Blob([{said}]), {said}); fetch('/x', {{method: 'POST', body: f}})"
            )
        ),
        "a body of bytes": page(
            script(
                f"fetch('/x', {{method: 'POST', body: new Uint8Array([255, 254, ...new TextEncoder().encode({said})])}})"
            )
        ),
        "a WebSocket": page(
            script(f"try {{new WebSocket('ws://' + location.host + '/{v}', 'x')}} catch {{}}")
        ),
        "a form that is sent": page(
            f"<form method=post action='/inner?x'><input name=pw value='{v}'></form>{script('setTimeout(() => document.forms[0].submit(), 20)')}"
        ),
        "a redirect": page("", redirect=f"?pw={v}"),
        "a referrer": page(
            f"<meta name=referrer content=unsafe-url>{script('''setTimeout(() => location = '/inner', 20)''')}",
            query=f"?pw={v}",
        ),
        "a page that is not there": page(f"<h1>No {v}</h1>", status=404),
        "a page that failed": page(f"<h1>Traceback</h1><pre>pw = '{v}'</pre>", status=500),
        "a reason in a header": page("One", headers={"WWW-Authenticate": f'Basic realm="{v}"', "Warning": v}),
        "a download": page(
            f"<a id=a href='data:text/plain,x' download='{v}.txt'>Get</a>{script('setTimeout(() => a.click(), 20)')}"
        ),
        "a download that is named by a header": page(
            "One", headers={"Content-Disposition": f'attachment; filename="{v}.csv"'}
        ),
        # documents that are no pages
        "plain text": page(f"pw = {v}\n", media="text/plain"),
        "JSON": page(json.dumps({"pw": v, v: [v]}), media="application/json"),
        "XML": page(f"<?xml version='1.0'?><a b='{v}'>{v}</a>", media="text/xml"),
        "a document that is a drawing": page(
            f"<svg xmlns='http://www.w3.org/2000/svg'><title>{v}</title><text y='40'>{v}</text></svg>",
            media="image/svg+xml",
        ),
    }


def pages() -> dict[str, Reflection]:
    """Every way of reflecting the value: each spelling as text, and each place."""
    spelled = {
        f"text, {name}": Reflection(
            f"<p>It is <b>{html.escape(text) if '</' not in text and '<!' not in text else text}</b></p>"
        )
        for name, text in spellings().items()
    }
    return {**spelled, **places()}


# --- whether it can be read ------------------------------------------------------------------------------------


def read_in(text: str, value: str = VALUE) -> list[str]:
    """The views of a text in which the most of the value can be read; it knows nothing of how values are hidden."""
    needle = _letters(value)[:MOST]
    return [
        view
        for view, shown in _views(text)
        if needle in (letters := _letters(shown)) or needle[::-1] in letters
    ]


def _letters(text: str) -> str:
    """Letters and digits alone, in small letters and their plain shape."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", text).casefold())


def _views(text: str) -> Iterator[tuple[str, str]]:
    yield "plain", text
    yield "without markup", re.sub(r"<[^<>]*>", "", text)
    yield "without escapes of JSON", re.sub(r"\\u([0-9a-fA-F]{4})", _sign_of(16), text.replace("\\\\", "\\"))
    yield "without escapes of bytes", re.sub(r"\\+x([0-9a-fA-F]{2})", _sign_of(16), text)
    yield "references", html.unescape(html.unescape(text))
    yield "percent", unquote_plus(unquote_plus(text))
    yield "turned by 13", codecs.encode(text, "rot13")
    yield "numbers", re.sub(r"\b(\d{2,3})\b[,;\s]*", _sign_of(10), text)
    yield "hexadecimal numbers", re.sub(r"0x([0-9a-f]{2})[,;\s]*", _sign_of(16), text)
    plain = re.sub(r"(?<=[0-9a-fA-F]{2})[ :](?=[0-9a-fA-F]{2}\b)", "", text)
    for kind, pattern, decode in (
        ("hexadecimal", r"(?:[0-9a-fA-F]{2}){8,}", bytes.fromhex),
        ("base 64", r"[A-Za-z0-9+/_-]{12,}", _from_base64),
        ("base 32", r"[A-Z2-7]{16,}", lambda found: base64.b32decode(found + "=" * (-len(found) % 8))),
    ):
        for found in re.findall(pattern, plain):
            for at in range(4 if kind == "base 64" else 1):
                try:
                    yield kind, decode(found[at:]).decode("latin-1")
                except ValueError:
                    continue


def _from_base64(found: str) -> bytes:
    found = found.replace("-", "+").replace("_", "/")
    found = found[:-1] if len(found) % 4 == 1 else found
    return base64.b64decode(found + "=" * (-len(found) % 4))


def _sign_of(base: int) -> Callable[[re.Match[str]], str]:
    def sign(found: re.Match[str]) -> str:
        code = int(found[1], base)
        return chr(code) if 32 <= code < 127 else found[0]

    return sign


def serve(server: Server, path: str, reflection: Reflection) -> str:
    """Serve the page of a reflection at this path; gives its address."""
    server.page(INNER, "/inner")
    server.media[path] = reflection.media
    server.statuses[path] = reflection.status
    if reflection.redirect:
        server.redirects[path] = f"{server.url}/inner{reflection.redirect}"
    is_page = reflection.media.startswith("text/html")
    server.page(HEAD * is_page + reflection.html, path, dict(reflection.headers))
    return server.url + path + reflection.query


INNER = HEAD + "<h1 id=d></h1>" + script("d.textContent = decodeURIComponent(location.search)")
