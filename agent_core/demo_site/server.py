"""The demo's web server: static pages, and two forms that remember what was sent to them."""

from __future__ import annotations

import json
import re
import secrets
import sys
from datetime import date
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Lock, Thread
from typing import Any

PAGES = {
    "/": "posts.html",
    "/workshops": "workshops.html",
    "/letter": "letter.html",
    "/letter/form": "letter_form.html",
    "/tides": "tides.html",
    "/site.css": "site.css",
    "/posts.js": "posts.js",
    "/workshops.js": "workshops.js",
    "/letter.js": "letter.js",
    "/posts.json": "posts.json",
    "/tides.js": "tides.js",
    "/tides.json": "tides.json",
    "/favicon.ico": "lighthouse.svg",
}
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
WORKSHOPS = ("Knots and splices", "Sail repair", "Finding your way by the stars")
LEVELS = ("Beginner", "Some practice", "Old hand")
NEXT_LETTER = "2026-04-01"
LONGEST_BODY_BYTES = 100_000


class LoopbackServer(ThreadingHTTPServer):
    """Serves on 127.0.0.1. A browser that hangs up is no error worth a traceback."""

    def __init__(self, handler: Any, port: int = 0) -> None:
        """`handler` makes what answers a request, as `http.server` has it; `port` 0 is any free one.

        Raises:
            OSError: The port is taken.
        """
        super().__init__(("127.0.0.1", port), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log an error, unless the client has just closed the connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class DemoSite:
    """The site, served from a thread on 127.0.0.1 until it is closed."""

    def __init__(self, port: int = 0) -> None:
        """`port` 0 is any free one.

        Raises:
            OSError: The port is taken.
        """
        self.registrations: list[dict[str, Any]] = []
        """What the workshop form sent and the server accepted, oldest first, each with its `number`."""
        self.subscribers: list[str] = []
        """Addresses that were signed up for the letter, oldest first."""
        self._lock = Lock()
        self._server = LoopbackServer(partial(_Visit, self), port)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="demo-site", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the front page, e.g. `http://127.0.0.1:40123/`."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def posts(self) -> list[dict[str, Any]]:
        """The posts as the site holds them, in the order in which it shows them."""
        return _data("posts.json")

    @property
    def tides(self) -> list[dict[str, Any]]:
        """The rows of the tide table."""
        return _data("tides.json")

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> DemoSite:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def register(self, form: dict[str, Any]) -> dict[str, Any]:
        """Keep a registration, or say what is wrong with it: `{"number"}` or `{"problem"}`."""
        if problem := registration_problem(form):
            return {"problem": problem}
        with self._lock:
            # Not to be guessed: whoever reports the number has read it off the page.
            number = f"QW-{secrets.randbelow(90_000) + 10_000}"
            self.registrations.append({**form, "number": number})
        return {"number": number}

    def subscribe(self, form: dict[str, Any]) -> dict[str, Any]:
        """Keep an address for the letter, or say what is wrong with it."""
        email = form.get("email")
        if not is_email(email):
            return {"problem": "That does not look like an e-mail address."}
        with self._lock:
            self.subscribers.append(str(email))
        return {"email": email, "date": NEXT_LETTER}


def registration_problem(form: dict[str, Any]) -> str:
    """What is wrong with a registration, as a sentence; "" where nothing is."""
    if not isinstance(form.get("name"), str) or not form["name"].strip():
        return "Please tell us your name."
    if not is_email(form.get("email")):
        return "That does not look like an e-mail address."
    if form.get("workshop") not in WORKSHOPS:
        return "Please choose a workshop."
    if form.get("level") not in LEVELS:
        return "Please say how experienced you are."
    if not _is_date(form.get("day")):
        return "Please choose a day."
    if not isinstance(form.get("lunch"), bool):
        return "Please say whether you want lunch."
    if form.get("rules") is not True:
        return "Please accept the house rules."
    return ""


def is_email(text: object) -> bool:
    """Whether this could be an e-mail address."""
    return isinstance(text, str) and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) is not None


def _is_date(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _page(name: str) -> bytes:
    return files("agent_core.demo_site").joinpath("pages", name).read_bytes()


def _data(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(_page(name))
    return rows


class _Visit(BaseHTTPRequestHandler):
    """One connection of a browser."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def __init__(self, site: DemoSite, *args: Any) -> None:
        self._site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        """Serve a page."""
        name = PAGES.get(self.path.partition("?")[0])
        if name is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such page here.\n")
            return
        self._answer(HTTPStatus.OK, CONTENT_TYPES[name[name.rindex(".") :]], _page(name))

    def do_POST(self) -> None:
        """Accept a form that was sent."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY_BYTES:
            self.close_connection = True
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain; charset=utf-8", b"Too long.\n")
            return
        body = self.rfile.read(length)
        take = {"/workshops": self._site.register, "/letter": self._site.subscribe}.get(self.path)
        if take is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such form here.\n")
            return
        answer = take(_form(body))
        status = HTTPStatus.UNPROCESSABLE_ENTITY if "problem" in answer else HTTPStatus.CREATED
        self._answer(status, "application/json", json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Say nothing: the demo's output is the runs."""

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def _form(body: bytes) -> dict[str, Any]:
    """The JSON object of a request's body; empty where it is none."""
    try:
        form = json.loads(body)
    except ValueError:
        return {}
    return form if isinstance(form, dict) else {}
