"""The ways in which a page can paint a value, for pictures that may not show it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFont

LOOKS = (
    "<!doctype html><meta charset=utf-8><title>A way</title><style>"
    "* {font: bold 24px/1.4 monospace; box-sizing: border-box} body {margin: 20px} input, textarea {width: 400px}"
    "</style><p id=plain>An ordinary text stays</p>"
)
"""How each page begins: all letters are equally wide, so that nothing but a value differs between two pages."""


@dataclass(frozen=True)
class Way:
    """One way of showing a value."""

    html: Callable[[str], str | bytes]
    """The page's body, made of the value."""
    values: tuple[str, str, str] = ("Marten-Cove-2093", "Falcon-Bend-7416", "Badger-Hill-5182")
    """Three of one shape; two are secrets, and one is not."""
    media: str = ""
    """Media type of the document; "" where it is HTML."""
    click: bool = False
    """Whether the page shows it when the element `go` is clicked."""
    wait_ms: int = 300
    """How long after that, or after it has opened, it is there."""
    moves: bool = False
    """Whether no two pictures of it are alike; the value is then green, and nothing else is."""
    images: bool = False
    """Whether it is an image, which only a picture that is kept has to cover."""

    def page(self, value: str) -> str | bytes:
        """All of the page."""
        body = self.html(value)
        return LOOKS + body if isinstance(body, str) and not self.media else body


NUMBERS = ("48213907", "59326418", "71954326")
DATES = ("1987-04-23", "1992-11-08", "1979-06-15")
ADDRESSES = ("ada.kestrel@quay.example", "bob.lapwing@dock.example", "eve.sparrow@pier.example")
PHONES = ("+49 151 2345678", "+33 692 8471053", "+44 770 9156324")
LINKS = ("https://quay.example/k7m2", "https://dock.example/x4p9", "https://pier.example/w8t3")


def svg(inner: str, size: str = "width='400' height='60'") -> str:
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size} style='overflow:visible'>{inner}</svg>"


def drawn_by_svg(value: str) -> str:
    inner = f"<text x='4' y='40' font-family='monospace' font-size='26'>{escape(value)}</text>"
    return f"data:image/svg+xml,{quote(svg(inner))}"


def png(value: str) -> bytes:
    picture = Image.new("RGB", (400, 60), "white")
    ImageDraw.Draw(picture).text((4, 14), value, "black", ImageFont.load_default(26))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def drawn_by_server(value: str) -> str:
    return f"data:image/png;base64,{base64.b64encode(png(value)).decode()}"


def outlines(value: str) -> str:
    """The letters as a path, with no text in the page: a small square for each black dot."""
    picture = Image.new("1", (400, 40), 1)
    ImageDraw.Draw(picture).text((4, 4), value, 0, ImageFont.load_default(26))
    dots = (f"M{x} {y}h1v1h-1z" for y in range(40) for x in range(400) if not picture.getpixel((x, y)))
    return svg(f"<path d='{''.join(dots)}'/>")


def script(code: str) -> str:
    return f"<script>{code}</script>"


def canvas(value: str, draw: str = "x.fillText(v, 4, 40)") -> str:
    return "<canvas id=c width=400 height=60></canvas>" + script(
        f"const v = {json.dumps(value)}, x = c.getContext('2d'); x.font = '26px monospace'; {draw}"
    )


def shadow(inner: str, mode: str = "open", light: str = "") -> str:
    return f"<div id=h>{light}</div>" + script(
        f"h.attachShadow({{mode: '{mode}'}}).innerHTML = {json.dumps(inner)}"
    )


def frame(inner: str, attributes: str = "") -> str:
    """A frame whose own attributes do not tell what it holds."""
    written = json.dumps(LOOKS + inner).replace("</", "<\\/")
    return f"<iframe width=500 height=120 {attributes}></iframe>" + script(
        f"{{const f = document.querySelector('iframe').contentDocument; f.open(); f.write({written}); f.close()}}"
    )


def srcdoc(inner: str, attributes: str = "") -> str:
    return f'<iframe width=500 height=120 srcdoc="{escape(LOOKS + inner)}" {attributes}></iframe>'


def unreadable(value: str) -> str:
    """The value as the page `INNER` reads it from its address."""
    return "".join(chr(ord(sign) + 1) for sign in value)


INNER = (
    LOOKS + "<p id=d></p><script>d.textContent = [...decodeURIComponent(location.search.slice(1))]"
    ".map(sign => String.fromCharCode(sign.charCodeAt(0) - 1)).join('')</script>"
)
"""A page that shows what its address asks for; tests serve it as `/inner`."""


def p(style: str) -> Callable[[str], str]:
    """The value in a paragraph of this style."""
    return lambda v: f'<p style="{style}">{escape(v)}</p>'


def css(rules: str, body: str = "<p class=w></p>") -> Callable[[str], str]:
    """The value in a style sheet, in the place of VALUE."""
    return lambda v: f"<style>{rules.replace('VALUE', v)}</style>{body.replace('VALUE', escape(v))}"


def field(attributes: str) -> Callable[[str], str]:
    return lambda v: f"<input {attributes.replace('VALUE', escape(v))}>"


def apart(tag: str, between: str = "") -> Callable[[str], str]:
    return lambda v: between.join(f"<{tag}>{escape(sign)}</{tag}>" for sign in v)


def at_places(
    place: Callable[[int], tuple[float, float]], order: Callable[[int], int] = lambda n: n
) -> Callable[[str], str]:
    """Each letter at a place of its own, in this order in the document."""

    def html(value: str) -> str:
        numbers = sorted(range(len(value)), key=order)
        letters = (
            f"<i style='position:absolute;left:{place(n)[0]}px;top:{place(n)[1]}px'>{escape(value[n])}</i>"
            for n in numbers
        )
        return f"<div style='position:relative;height:400px'>{''.join(letters)}</div>"

    return html


BIG = "font-size:40px"
WAYS: Mapping[str, Way] = {
    # plain text, in every style that moves it
    "a paragraph": Way(p("")),
    "vertical writing": Way(p("writing-mode:vertical-rl;height:420px")),
    "upright writing": Way(p("writing-mode:vertical-lr;text-orientation:upright;height:560px")),
    "sideways writing": Way(p("writing-mode:sideways-lr;height:420px")),
    "rotated": Way(p("width:300px;transform:rotate(35deg);margin:200px")),
    "rotated by a property": Way(p("width:300px;rotate:90deg;margin:200px")),
    "scaled": Way(p("transform:scale(2.5);transform-origin:0 0")),
    "stretched": Way(p("transform:scale(.6,3);transform-origin:0 0")),
    "skewed": Way(p("transform:skewX(-40deg);margin-left:90px")),
    "in three dimensions": Way(
        lambda v: f"<div style='perspective:600px;width:600px'><p style='transform:rotateY(40deg)'>{v}</div>"
    ),
    "mirrored": Way(p("transform:scaleX(-1)")),
    "upside down": Way(p("rotate:180deg")),
    "zoomed": Way(p("zoom:1.7")),
    "clipped": Way(p("width:280px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis")),
    "clipped by a path": Way(p("clip-path:inset(0 0 30% 0)")),
    "letter-spaced": Way(p("letter-spacing:.4em")),
    "wrapped letter by letter": Way(p("width:3ch;overflow-wrap:anywhere")),
    "in columns": Way(p("columns:3;width:400px;overflow-wrap:anywhere;height:60px")),
    "blurred": Way(p("filter:blur(1px)")),
    "pale": Way(p("opacity:.2")),
    "in capitals": Way(lambda v: p("text-transform:uppercase")(v.lower())),
    "in small capitals": Way(p("font-variant:all-small-caps")),
    "wide letters": Way(p("text-transform:full-width")),
    "a large first letter": Way(css("p.w::first-letter {font-size:90px}", "<p class=w>VALUE</p>")),
    "sticky": Way(p("position:sticky;top:0")),
    "fixed": Way(p("position:fixed;right:0;bottom:0")),
    "on a path of motion": Way(p("offset-path:path('M100 200 L400 300');offset-distance:40%;width:300px")),
    "a shadow of the text": Way(p("text-shadow:0 90px black;color:transparent")),
    "a soft shadow of the text": Way(p("text-shadow:60px 60px 2px black")),
    "a shadow by a filter": Way(p("filter:drop-shadow(0 120px 0 black)")),
    "a shadow by a filter of its parent": Way(
        lambda v: f"<div style='filter:drop-shadow(40px 120px 1px black)'><p>{v}</p></div>"
    ),
    "moved by a filter": Way(
        lambda v: (
            f"<svg width=0 height=0><filter id=f filterUnits=userSpaceOnUse x=0 y=0 width=1200 height=700><feOffset dx=90 dy=150 /></filter></svg><p style='filter:url(#f)'>{v}"
        )
    ),
    "reflected": Way(p("-webkit-box-reflect:below 20px")),
    "reflected to the side": Way(p("width:300px;margin-left:400px;-webkit-box-reflect:left 5px")),
    "behind glass": Way(
        lambda v: f"<p>{v}</p><div style='position:fixed;inset:0;backdrop-filter:blur(1px)'></div>"
    ),
    "cut into its background": Way(
        p("background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent")
    ),
    # letters, in every order
    "one element a letter": Way(apart("b")),
    "one cell a letter": Way(lambda v: f"<table border=1><tr>{apart('td')(v)}</table>"),
    "one row a letter": Way(lambda v: f"<table>{apart('tr><td')(v)}</table>"),
    "one field a letter": Way(lambda v: "".join(f"<input style='width:40px' value='{sign}'>" for sign in v)),
    "letters apart by what is not seen": Way(lambda v: "<p>" + "<i style='display:none'>x</i>".join(v)),
    "letters apart by spaces": Way(lambda v: "<p>" + " ".join(v)),
    "letters apart by rules": Way(lambda v: "<p>" + "<span style='border-left:1px solid'></span>".join(v)),
    "unseen signs": Way(lambda v: "<p>" + "\u2063\u200b".join(v)),
    "soft hyphens": Way(lambda v: "<p style='width:3ch'>" + "\u00ad".join(v)),
    "other hyphens": Way(lambda v: "<p>" + v.replace("-", "\u2011")),
    "written backwards": Way(lambda v: f"<p><bdo dir=rtl>{v[::-1]}</bdo>"),
    "right to left": Way(lambda v: f"<p dir=rtl>{v}"),
    "a row turned around": Way(
        lambda v: (
            "<p style='display:flex;flex-direction:row-reverse;justify-content:flex-end'>"
            + apart("span")(v[::-1])
        )
    ),
    "parts in a row turned around": Way(
        lambda v: (
            f"<p style='display:flex;flex-direction:row-reverse;justify-content:flex-end'><b>{v[11:]}</b><b>{v[7:11]}</b><b>{v[:7]}</b>"
        )
    ),
    "parts in another order": Way(
        lambda v: (
            f"<p style='display:grid;grid-template-columns:repeat(3,max-content)'><b style='order:2'>{v[7:12]}</b><b style='order:3'>{v[12:]}</b><b style='order:1'>{v[:7]}</b>"
        )
    ),
    "parts below one another in another order": Way(
        lambda v: (
            f"<p style='display:flex;flex-direction:column-reverse'><b>{v[12:]}</b><b>{v[7:12]}</b><b>{v[:7]}</b>"
        )
    ),
    "letters in another order": Way(
        lambda v: (
            "<p style='display:flex'>"
            + "".join(f"<span style='order:{n}'>{v[n]}</span>" for n in (3, 1, 0, 2, *range(15, 3, -1)))
        )
    ),
    "letters placed in another order": Way(at_places(lambda n: (20 * n, 50), lambda n: n * 7 % 16)),
    "letters on a slope": Way(at_places(lambda n: (20 * n, 20 * n), lambda n: n * 7 % 16)),
    "letters on a wave": Way(at_places(lambda n: (20 * n, 50 + 14 * (n % 3)), lambda n: n * 7 % 16)),
    "letters on a circle": Way(
        at_places(lambda n: (150 + (150 - 19 * n if n < 8 else 19 * n - 285), 150 + (-100 if n < 8 else 100)))
    ),
    # text that lies elsewhere in the document
    "generated text": Way(css("p.w::before {content: 'VALUE'}")),
    "generated text in parts": Way(
        lambda v: f"<style>p.w::after {{content: '{v[:6]}' '{v[6:]}'}}</style><p class=w></p>"
    ),
    "generated text escaped": Way(
        lambda v: (
            "<style>p.w::after {content: '"
            + "".join(f"\\{ord(sign):x} " for sign in v)
            + "'}</style><p class=w></p>"
        )
    ),
    "generated text of a variable": Way(css(":root {--x: 'VALUE'} p.w::after {content: var(--x)}")),
    "generated text of an attribute": Way(
        css("p.w::after {content: attr(data-x)}", "<p class=w data-x='VALUE'></p>")
    ),
    "generated text before the rest": Way(
        lambda v: f"<style>p.w::before {{content: '{v[:7]}'}}</style><p class=w>{v[7:]}</p>"
    ),
    "generated text before and after": Way(
        lambda v: (
            f"<style>p.w::before {{content: '{v[:7]}'}} p.w::after {{content: '{v[7:]}'}}</style><p class=w></p>"
        )
    ),
    "generated text elsewhere": Way(css("p.w::after {content: 'VALUE'; position: fixed; top: 300px}")),
    "generated text moved": Way(css("p.w::after {content: 'VALUE'; position: relative; top: 300px}")),
    "generated text in a shadow root": Way(
        lambda v: shadow(f"<style>b::after {{content: '{v}'}}</style><b></b>", "closed")
    ),
    "generated counters": Way(
        lambda v: (
            f"<style>body {{counter-reset: n {v}}} p.w::after {{content: counter(n)}}</style><p class=w></p>"
        ),
        NUMBERS,
    ),
    "a number of a list": Way(lambda v: f"<ol style='margin-left:300px' start={v}><li>One", NUMBERS),
    "a number of an item": Way(lambda v: f"<ol style='margin-left:300px'><li value={v}>One", NUMBERS),
    "quotation marks": Way(css("q.w {quotes: 'VALUE' 'x'}", "<p><q class=w>One</q>")),
    "a list marker": Way(css("li::marker {content: 'VALUE'}", "<ul style='margin-left:300px'><li>One")),
    "a type of list": Way(css("ul {margin-left: 300px; list-style-type: 'VALUE'}", "<ul><li>One")),
    "a counter style": Way(
        css(
            "@counter-style k {system: cyclic; symbols: 'VALUE'} ol {list-style: k; margin-left: 300px}",
            "<ol><li>One",
        )
    ),
    "a prefix of a counter style": Way(
        css(
            "@counter-style k {system: extends decimal; prefix: 'VALUE'} ol {list-style: k; margin-left: 300px}",
            "<ol><li>One",
        )
    ),
    "hyphenation": Way(
        css(
            "p.w {width: 13ch; hyphens: manual; hyphenate-character: 'VALUE'}",
            "<p class=w>conspicuousness\u00adless",
        )
    ),
    "a slot": Way(lambda v: shadow(f"<b>{v[:7]}</b><slot></slot>", "open", v[7:])),
    "an open shadow root": Way(lambda v: shadow(f"<b>{v}</b>")),
    "a closed shadow root": Way(lambda v: shadow(f"<b>{v}</b>", "closed")),
    "a shadow root in a shadow root": Way(
        lambda v: (
            "<div id=h></div>"
            + script(
                f"const r = h.attachShadow({{mode: 'closed'}}); r.innerHTML = '<p></p>'; r.firstChild.attachShadow({{mode: 'closed'}}).innerHTML = '<b>{v}</b>'"
            )
        )
    ),
    "a declared shadow root": Way(
        lambda v: f"<div><template shadowrootmode=closed><b>{v}</b></template></div>"
    ),
    # fields
    "a field": Way(field("value='VALUE'")),
    "a password that is revealed": Way(
        lambda v: f"<input id=f type=password value='{v}'><button id=go onclick=\"f.type='text'\">Show",
        click=True,
    ),
    "a password without its dots": Way(field("value='VALUE' style='-webkit-text-security:none'")),
    "a field of numbers": Way(field("type=number value=VALUE"), NUMBERS),
    "a field of a date": Way(field("type=date value=VALUE"), DATES),
    "a field of an address": Way(field("type=email value=VALUE"), ADDRESSES),
    "a field of a telephone": Way(field("type=tel value='VALUE'"), PHONES),
    "a field of a link": Way(field("type=url value=VALUE"), LINKS),
    "a field for searches": Way(field("type=search value=VALUE")),
    "a button that is a field": Way(field("type=submit value=VALUE")),
    "a reset button": Way(field("type=reset value=VALUE")),
    "a placeholder": Way(field("placeholder=VALUE")),
    "a placeholder of a text area": Way(lambda v: f"<textarea placeholder={v}></textarea>"),
    "a text area": Way(lambda v: f"<textarea>{v}</textarea>"),
    "several fields": Way(
        lambda v: "".join(f"<input style='width:120px' value='{part}'>" for part in v.split("-"))
    ),
    "an editable part": Way(lambda v: f"<div contenteditable>{v}</div>"),
    "an output": Way(lambda v: f"<output>{v}</output>"),
    "a selection": Way(lambda v: f"<select><option>{v}</select>"),
    "a selection by its label": Way(lambda v: f"<select><option label={v}></select>"),
    "a selection in the page's style": Way(
        css("select, ::picker(select) {appearance: base-select}", "<select><option>VALUE</select>")
    ),
    "a list box": Way(lambda v: f"<select size=3 style='width:400px'><option>One<option>{v}</select>"),
    "a group of a list box": Way(
        lambda v: f"<select size=3 style='width:400px'><optgroup label={v}><option>One</select>"
    ),
    "a button": Way(lambda v: f"<button>{v}</button>"),
    "a label": Way(lambda v: f"<label><input type=checkbox style='width:20px'> {v}</label>"),
    "a legend": Way(lambda v: f"<fieldset><legend>{v}</legend>One</fieldset>"),
    "text instead of an image": Way(lambda v: f"<img src=data: alt='{v}' width=400 height=60>"),
    "a button of an image": Way(lambda v: f"<input type=image src=data: alt='{v}'>"),
    # elements of their own
    "a heading, a link and code": Way(
        lambda v: f"<h1>{v}</h1><a href=/{v}>{v}</a><pre>{v}</pre><kbd>{v}</kbd>"
    ),
    "a cell of a table": Way(lambda v: f"<table border=1><caption>{v}</caption><tr><th>{v}<td>{v}</table>"),
    "two cells of a table": Way(lambda v: f"<table border=1><tr><td>{v[:7]}<td>{v[7:]}</table>"),
    "ruby": Way(lambda v: f"<ruby>One<rt>{v}</rt></ruby>"),
    "a formula": Way(lambda v: f"<math><mtext>{v}</mtext></math>"),
    "letters of a formula": Way(lambda v: f"<math>{apart('mtext')(v)}</math>"),
    "details": Way(lambda v: f"<details open><summary>{v}</summary>{v}</details>"),
    "a marquee": Way(lambda v: f"<marquee scrollamount=20 style='color:lime'>{v}</marquee>", moves=True),
    "a dialog": Way(lambda v: f"<dialog id=d>{v}</dialog>" + script("d.showModal()")),
    "a popover": Way(lambda v: f"<div popover id=d>{v}</div>" + script("d.showPopover()")),
    "an alert": Way(lambda v: f"<div role=alert id=a></div>{script(f'''a.textContent = {v!r}''')}"),
    "the whole screen": Way(
        lambda v: (
            f"<p id=d style='color: silver'>{v}</p><button id=go onclick='d.requestFullscreen()'>Larger"
        ),
        click=True,
        wait_ms=300,
    ),
    "text that moves": Way(
        css(
            "@keyframes m {from {translate: 0 0} to {translate: 500px 300px}} p.w {animation: m 1s linear infinite alternate; width: 17ch; color: lime}",
            "<p class=w>VALUE</p>",
        ),
        moves=True,
    ),
    "a beginning that was cut off": Way(lambda v: f"<p>{v[:12]}\u2026"),
    "a change that is animated": Way(
        lambda v: (
            f"<style>::view-transition-group(*), ::view-transition-old(*) {{animation: none; opacity: 1}} ::view-transition-new(*) {{animation: x 60s; opacity: 0}} @keyframes x {{}}</style><p id=d>{v}</p>"
            + script("setTimeout(() => document.startViewTransition(() => d.textContent = 'One'), 100)")
        ),
        wait_ms=400,
    ),
    "a notice of a field": Way(
        lambda v: (
            f"<input id=f><button id=go onclick=\"f.setCustomValidity('{v}'); f.reportValidity()\">Check"
        ),
        click=True,
        wait_ms=400,
    ),
    # frames
    "a frame": Way(lambda v: frame(v)),
    "a frame of another origin": Way(
        lambda v: f"<iframe width=500 height=120 src='{{other}}/inner?{unreadable(v)}'></iframe>"
    ),
    "a frame of another origin that is turned": Way(
        lambda v: (
            f"<iframe width=500 height=120 style='rotate:60deg;margin:160px' src='{{other}}/inner?{unreadable(v)}'></iframe>"
        )
    ),
    "a frame of a source": Way(lambda v: srcdoc(v)),
    "a frame in a sandbox": Way(lambda v: srcdoc(v, "sandbox")),
    "a frame in a frame": Way(lambda v: frame(srcdoc(v, "style='margin:0'"), "style='height:300px'")),
    "a frame that is scaled": Way(lambda v: frame(v, "style='scale:.7;transform-origin:0 0'")),
    "a frame that is stretched": Way(lambda v: frame(v, "style='transform:scale(1,3);transform-origin:0 0'")),
    "a frame that is turned": Way(lambda v: frame(v, "style='rotate:60deg;margin:160px'")),
    "a frame that is mirrored": Way(lambda v: frame(v, "style='scale:-1 1'")),
    "a frame that is zoomed": Way(lambda v: frame(v, "style='zoom:1.5'")),
    "a frame with a border": Way(lambda v: frame(v, "style='border:30px solid;padding:20px;height:240px'")),
    "a frame of a blob": Way(
        lambda v: (
            "<iframe id=f width=500 height=120></iframe>"
            + script(f"f.src = URL.createObjectURL(new Blob(['<pre>{v}'], {{type: 'text/html'}}))")
        )
    ),
    "a frame in a closed shadow root": Way(lambda v: shadow(srcdoc(v), "closed")),
    "an object that is a page": Way(
        lambda v: f"<object width=500 height=120 data='data:text/html,<pre>{v}'></object>"
    ),
    "an embedded page": Way(
        lambda v: f"<embed width=500 height=120 type=text/html src='data:text/html,<pre>{v}'>"
    ),
    # drawings
    "text of a drawing": Way(lambda v: svg(f"<text y=40>{v}</text>")),
    "letters of a drawing": Way(
        lambda v: svg(
            "<text y=40>"
            + "".join(f"<tspan dy={n % 3}>{sign}</tspan>" for n, sign in enumerate(v))
            + "</text>"
        )
    ),
    "text along a path": Way(
        lambda v: svg(
            f"<path id=q d='M10 200 Q200 20 400 200' fill=none /><text><textPath href=#q>{v}</textPath></text>",
            "width=500 height=220",
        )
    ),
    "HTML in a drawing": Way(
        lambda v: svg(
            f"<foreignObject width=400 height=60><p xmlns='http://www.w3.org/1999/xhtml'>{v}</p></foreignObject>"
        )
    ),
    "text of a drawing used elsewhere": Way(
        lambda v: svg(f"<defs><text id=t>{v}</text></defs><use href=#t y=40 />")
    ),
    "a symbol": Way(
        lambda v: (
            svg(f"<symbol id=t><text y=40>{v}</text></symbol>", "width=0 height=0") + svg("<use href=#t />")
        )
    ),
    "a pattern": Way(
        lambda v: svg(
            f"<pattern id=t width=400 height=60 patternUnits=userSpaceOnUse><text y=40>{v}</text></pattern><rect width=400 height=60 fill='url(#t)' />"
        )
    ),
    "a clip path of a drawing": Way(
        lambda v: svg(
            f"<clipPath id=t><text y=40>{v}</text></clipPath><rect width=400 height=60 clip-path='url(#t)' />"
        )
    ),
    "a clip path of an element": Way(
        lambda v: (
            svg(f"<clipPath id=t><text y=40>{v}</text></clipPath>", "width=0 height=0")
            + "<div style='background:black;height:60px;clip-path:url(#t)'></div>"
        )
    ),
    "a mask of a drawing": Way(
        lambda v: svg(
            f"<mask id=t><text y=40 fill=white>{v}</text></mask><rect width=400 height=60 mask='url(#t)' />"
        )
    ),
    "a marker of a line": Way(
        lambda v: svg(
            f"<marker id=t markerWidth=400 markerHeight=60 markerUnits=userSpaceOnUse overflow=visible><text y=40>{v}</text></marker><path d='M0 0L20 20' stroke=black marker-end='url(#t)' />"
        )
    ),
    "outlines of letters": Way(outlines, images=True),
    "an image of a drawing": Way(lambda v: f'<img src="{drawn_by_svg(v)}">', images=True),
    "an image of the server": Way(lambda v: f'<img src="{drawn_by_server(v)}">', images=True),
    "an image in a drawing": Way(
        lambda v: svg(f'<image href="{drawn_by_server(v)}" width=400 height=60 />'), images=True
    ),
    "a picture": Way(
        lambda v: f'<picture><source srcset="{drawn_by_server(v)}"><img></picture>', images=True
    ),
    "an object": Way(
        lambda v: f'<object data="{drawn_by_svg(v)}" width=400 height=60></object>', images=True
    ),
    "an embedded drawing": Way(lambda v: f'<embed src="{drawn_by_svg(v)}" width=400 height=60>', images=True),
    "a background": Way(
        lambda v: f'<div style="height:60px;background:url(&quot;{drawn_by_svg(v)}&quot;)"></div>',
        images=True,
    ),
    "a background of generated text": Way(
        lambda v: (
            f'<style>p.w::after {{content: ""; display: block; height: 60px; background: url("{drawn_by_svg(v)}")}}</style><p class=w>'
        ),
        images=True,
    ),
    "a background of the page": Way(
        lambda v: f'<style>body {{background: url("{drawn_by_svg(v)}")}}</style>', images=True
    ),
    "a background of the first line": Way(
        lambda v: (
            f'<style>p.w::first-line {{background: url("{drawn_by_svg(v)}")}}</style><p class=w>One two three four five six'
        ),
        images=True,
    ),
    "a background of a set": Way(
        lambda v: (
            f'<style>p.w {{height: 60px; background: image-set("{drawn_by_svg(v)}" 1x)}}</style><p class=w>'
        ),
        images=True,
    ),
    "generated images": Way(
        lambda v: f'<style>p.w::after {{content: url("{drawn_by_svg(v)}")}}</style><p class=w>', images=True
    ),
    "content that is an image": Way(
        lambda v: f'<style>p.w {{content: url("{drawn_by_svg(v)}")}}</style><p class=w>', images=True
    ),
    "a border": Way(
        lambda v: (
            f'<p style="border:60px solid;border-image:url(&quot;{drawn_by_svg(v)}&quot;) 60 stretch">One'
        ),
        images=True,
    ),
    "a mask": Way(
        lambda v: f'<p style="height:60px;background:black;mask:url(&quot;{drawn_by_svg(v)}&quot;)">',
        images=True,
    ),
    "an image as a list marker": Way(
        lambda v: f"<ul style='margin-left:450px;list-style-image:url(\"{drawn_by_svg(v)}\")'><li>One",
        images=True,
    ),
    "an image of a slider": Way(
        lambda v: (
            f'<style>input {{appearance: none}} input::-webkit-slider-thumb {{appearance: none; width: 400px; height: 60px; background: url("{drawn_by_svg(v)}")}}</style><input type=range style="width:600px">'
        ),
        images=True,
    ),
    "a canvas": Way(canvas, images=True),
    "a canvas with outlines": Way(lambda v: canvas(v, "x.strokeText(v, 4, 40)"), images=True),
    "a canvas that moves": Way(
        lambda v: canvas(
            v,
            "let n = 0; const f = () => {x.clearRect(0, 0, 400, 60); x.fillText(v, n++ % 40, 40); requestAnimationFrame(f)}; f()",
        ),
        images=True,
    ),
    "a canvas off the screen": Way(
        lambda v: (
            "<canvas id=c width=400 height=60></canvas>"
            + script(
                f"const o = new OffscreenCanvas(400, 60), x = o.getContext('2d'); x.font = '26px monospace'; x.fillText('{v}', 4, 40); c.getContext('bitmaprenderer').transferFromImageBitmap(o.transferToImageBitmap())"
            )
        ),
        images=True,
    ),
    "a canvas in a shadow root": Way(
        lambda v: (
            "<div id=h></div>"
            + script(
                "const r = h.attachShadow({mode: 'closed'}), c = document.createElement('canvas'); r.append(c);"
                f"const x = c.getContext('2d'); x.font = '26px monospace'; x.fillText('{v}', 4, 40)"
            )
        ),
        images=True,
    ),
    "a film of a canvas": Way(
        lambda v: (
            "<video id=m width=400 height=60 autoplay muted></video>"
            + script(
                f"const c = document.createElement('canvas'); c.width = 400; c.height = 60; const x = c.getContext('2d'); x.font = '26px monospace';"
                f"setInterval(() => {{x.fillStyle = 'white'; x.fillRect(0, 0, 400, 60); x.fillStyle = 'black'; x.fillText('{v}', 4, 40)}}, 30); m.srcObject = c.captureStream(30)"
            )
        ),
        images=True,
    ),
    "the picture of a film": Way(
        lambda v: f'<video poster="{drawn_by_svg(v)}" width=400 height=60></video>', images=True
    ),
    "two backgrounds, one over the other": Way(
        lambda v: (
            f'<div style="height:60px;background:-webkit-cross-fade(url(&quot;{drawn_by_svg(v)}&quot;), url(&quot;{drawn_by_svg(v)}&quot;), 50%)"></div>'
        ),
        images=True,
    ),  # documents that are no pages
    "a document of plain text": Way(lambda v: f"An ordinary text\n{v}\n", media="text/plain"),
    "a document of JSON": Way(lambda v: json.dumps({"ordinary": "text", "key": v}), media="application/json"),
    "a document that is a drawing": Way(
        lambda v: (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='600' height='100'><text y='40' font-family='monospace'>{v}</text></svg>"
        ),
        media="image/svg+xml",
    ),
    "a document of XML": Way(lambda v: f"<?xml version='1.0'?><a><b>{v}</b></a>", media="text/xml"),
    "a document that is an image": Way(png, media="image/png", images=True),
}

UNTOLD = frozenset(
    {
        "a background of the first line",
        "a change that is animated",
        "a clip path of a drawing",
        "a clip path of an element",
        "a marker of a line",
        "a mask of a drawing",
        "a pattern",
        "a symbol",
        "an image of a slider",
        "generated text elsewhere",
        "generated text moved",
        "hyphenation",
        "moved by a filter",
        "text of a drawing used elsewhere",
    }
)
"""Where nobody can tell the place, so that no picture is kept."""
