"""The ways that a page has to send something to another host, and two servers to play them with.

In each way, AWAY stands for an address of the forbidden host that names the way, HOST for that host with its
port, and HERE for the address of the way's own page. A way that needs the tab for itself is a `tab` way; all
others are played at once, in frames of one page.
"""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.spellings import SPELLINGS


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
GOING = "".join(
    f"{target}.addEventListener('{event}', () => {{ navigator.sendBeacon('AWAY', 's');"
    " fetch('AWAY', {method: 'POST', body: 's', keepalive: true, mode: 'no-cors'}).catch(() => 0) });"
    for target, event in (("window", "pagehide"), ("window", "unload"), ("document", "visibilitychange"))
)
SUBMIT = script("document.forms[0].submit()")

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
        "<video src=HERE><track default kind=captions src=AWAY></video>"
        + script("document.querySelector('video').textTracks[0].mode = 'showing'")
    ),
    "object": Way("<object data=AWAY></object>", document=True),
    "embed": Way("<embed src=AWAY>", document=True),
    "svg": Way(
        "<svg><image href=AWAY /><filter id=f><feImage href=AWAY /></filter>"
        "<rect width=9 height=9 filter=url(#f) /></svg><svg><use href='AWAY#a' /></svg>"
    ),
    "icon": Way("<link rel=icon href=AWAY><link rel=apple-touch-icon href=AWAY>", tab=True),
    "manifest": Way("<link rel=manifest href=AWAY>", tab=True),
    "base": Way("<base href=AWAY><img src='?NAME'>"),
    "prefetch": Way(
        "<link rel=prefetch href=AWAY><link rel=modulepreload href=AWAY>"
        "<link rel=preload as=script href=AWAY>"
    ),
    "preconnect": Way("<link rel=preconnect href=AWAY><link rel=dns-prefetch href=AWAY>"),
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
    "early-hints": Way("<p>x", {"Early": "<AWAY>; rel=preload; as=script, <AWAY>; rel=preconnect"}, tab=True),
    "ping": Way("<a id=a ping=AWAY href='#x'>x</a>" + script("a.click()")),
    "attribution": Way(
        "<img src=HERE/i attributionsrc=AWAY><a id=a attributionsrc=AWAY href='#x'>x</a>"
        + script("a.click()")
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
        script("try { new WebTransport('https://HOST/NAME').ready.catch(() => 0) } catch {}")
    ),
    "web-rtc": Way(
        script(
            "const c = new RTCPeerConnection({iceServers: [{urls: 'stun:HOST'}, {urls: 'turn:HOST?transport=tcp',"
            " username: 'u', credential: 'p'}]}); c.createDataChannel('d');"
            "c.createOffer().then(o => c.setLocalDescription(o))"
        )
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
        tab=True,
        parts={"other": ("text/html", script(FETCH + SOCKET))},
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
    "clear-site-data": Way("<p>x", {"Clear-Site-Data": '"cache"', "SourceMap": "AWAY"}),
    "view-source": Way(script("open('view-source:AWAY'); location = 'view-source:AWAY'"), tab=True),
}
"""By the name that stands in the path at which the forbidden server is asked."""


ALONE = [name for name, way in WAYS.items() if name.startswith("speculation")]
"""These are played in the tab that is in front: Chromium loads nothing ahead for others."""
_WINDOWS = [name for name, way in WAYS.items() if way.tab and name not in ALONE]
GROUPS: Mapping[str, list[str]] = {
    "frames": [name for name, way in WAYS.items() if not way.tab],
    "windows-1": _WINDOWS[::3],
    "windows-2": _WINDOWS[1::3],
    "windows-3": _WINDOWS[2::3],
    "spellings": [],
    "killed": [],
}
"""Pages that play many ways at once: in frames, in windows that are closed again, and by all spellings. The
last one goes on trying to leave."""


@dataclass
class Forbidden:
    """A server that nobody may reach: it counts connections, and keeps the first line of each request."""

    port: int
    connections: int = 0
    requests: list[str] = field(default_factory=list)
    """The first line of each."""
    documents: list[str] = field(default_factory=list)
    """The first line of those with which a browser goes somewhere."""

    def hear(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def hear_datagrams(self, listener: socket.socket) -> None:
        while True:
            try:
                said = listener.recv(2000)
            except OSError:
                return
            self.requests.append(f"datagram of {len(said)} bytes")

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(2)
            try:
                if said := connection.recv(2000):
                    first = said.partition(b"\r\n")[0].decode("latin-1")
                    self.requests.append(first)
                    self.documents += [first] if b"Sec-Fetch-Mode: navigate" in said else []
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAccess-Control-Allow-Origin: *\r\n"
                        b"Supports-Loading-Mode: credentialed-prerender\r\nContent-Type: text/html\r\n"
                        b"Connection: close\r\n\r\nno"
                    )
            except OSError:
                return


@contextmanager
def forbidden_server() -> Iterator[Forbidden]:
    """It listens at one port of 127.0.0.1, 127.0.0.2 and ::1, for connections and for datagrams."""
    first = socket.create_server(("127.0.0.1", 0), backlog=100)
    port = first.getsockname()[1]
    second = socket.create_server(("127.0.0.2", port), backlog=100)
    third = socket.create_server(("::1", port), backlog=100, family=socket.AF_INET6)
    datagrams = [socket.socket(family, socket.SOCK_DGRAM) for family in (socket.AF_INET, socket.AF_INET6)]
    for one, host in zip(datagrams, ("127.0.0.1", "::1"), strict=True):
        one.bind((host, port))
    server = Forbidden(port)
    for listener in (first, second, third):
        threading.Thread(target=server.hear, args=(listener,), daemon=True).start()
    for one in datagrams:
        threading.Thread(target=server.hear_datagrams, args=(one,), daemon=True).start()
    yield server
    for listener in (first, second, third, *datagrams):
        listener.close()


class _Home(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    forbidden: Forbidden
    home: str

    def do_GET(self) -> None:
        name, _, part = self.path.lstrip("/").partition("?")[0].partition("/")
        if name in GROUPS:
            return self._send(200, {}, "text/html", f"<h1>{name}</h1>" + self._group(name))
        away = f"http://localhost:{self.forbidden.port}/{name}"
        if part.startswith("leads"):
            return self._send(int(part[6:] or 302), {"Location": away}, "text/html", "")
        if name not in WAYS:
            return self._send(200, {}, "text/html", "<h1>Start</h1>")
        way = WAYS[name]
        kind, text = way.parts.get(part, ("text/html", way.html if not part else ""))
        if kind == "text/html":
            text = f"<!doctype html><title>{name}</title><body>{text}"
        headers = {key: self._filled(value, name) for key, value in way.headers.items() if not part}
        if early := headers.pop("Early", ""):
            self.wfile.write(f"HTTP/1.1 103 Early Hints\r\nLink: {early}\r\n\r\n".encode())
        return self._send(200, headers, kind, self._filled(text, name))

    def _group(self, name: str) -> str:
        if name == "spellings":
            addresses = [address.replace(":9", f":{self.forbidden.port}") for address in SPELLINGS]
            return script(f"for (const each of {json.dumps(addresses)}) new Image().src = each")
        if name == "killed":
            trying = f"setInterval(() => {{ {FETCH}{SOCKET}location = 'AWAY' }}, 100);"
            return self._filled(script(GOING + trying), name)
        if name == "frames":
            return "".join(f"<iframe src=/{each}></iframe>" for each in GROUPS[name])
        return script(
            f"for (const each of {json.dumps(GROUPS[name])})"
            " { const w = open('/' + each); setTimeout(() => w.close(), 1200) }"
        )

    def _filled(self, text: str, name: str) -> str:
        host = f"localhost:{self.forbidden.port}"
        other = self.home.replace("127.0.0.1", "other.localhost")
        text = text.replace("HERE", f"{self.home}/{name}").replace("OTHER", f"{other}/{name}/other")
        return text.replace("AWAY", f"http://{host}/{name}").replace("HOST", host).replace("NAME", name)

    def _send(self, status: int, headers: Mapping[str, str], kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for key, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def handle(self) -> None:
        with suppress(OSError):  # a page that goes does not wait for the rest
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def home_of(forbidden: Forbidden) -> Iterator[str]:
    """A server on 127.0.0.1 with a page for each way and for each of `GROUPS`; gives its address."""
    handler = type("Handler", (_Home,), {"forbidden": forbidden})
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    served.daemon_threads = True
    handler.home = f"http://127.0.0.1:{served.server_address[1]}"  # type: ignore[attr-defined]
    threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True).start()
    yield handler.home  # type: ignore[attr-defined]
    served.shutdown()
    served.server_close()
