"""Pages made for measuring, served on loopback; each says which of its elements was clicked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from agent_core.demo_site.server import LoopbackServer

ROWS = 3000
"""Rows of the table: a checkbox, a link and a button in each."""
PARAGRAPHS = 1100
"""Paragraphs of the article: nine elements each, three of them links; a heading for every ten."""

TELL = """
document.addEventListener('click', (event) => {
  const found = event.target.closest('[id]');
  if (!found) return;
  if (found.localName === 'a') event.preventDefault();
  fetch('/clicked?id=' + found.id, {method: 'POST'});
});
"""
"""One listener for the whole page, so that measuring adds none to its elements."""

SENTENCE = (
    "the river runs past old mills and narrow gardens where people once kept bees and sold their honey on "
    "market days before the railway came and took most of the younger families to the larger towns"
)
WORDS = SENTENCE.split()


@dataclass
class MadePages:
    """The address they are served at, and the ids of what was clicked, in order."""

    url: str
    clicked: list[str] = field(default_factory=list)


def table_page(rows: int = ROWS) -> str:
    """A long table with a checkbox, a link and a button in each row."""
    body = "\n".join(
        f'<tr><td><input type="checkbox" id="check-{row}" aria-label="Select item {row}"></td>'
        f'<td><a id="link-{row}" href="/items/{row}">Item {row}</a></td>'
        f"<td>{WORDS[row % len(WORDS)]} {WORDS[row * 7 % len(WORDS)]}</td><td>{row * 37 % 1000}.50</td>"
        f'<td><button id="buy-{row}">Buy item {row}</button></td></tr>'
        for row in range(1, rows + 1)
    )
    head = "<tr><th></th><th>Item</th><th>Kind</th><th>Price</th><th></th></tr>"
    return _page(
        "Stock list", f"<h1>Stock list</h1><table><thead>{head}</thead><tbody>{body}</tbody></table>"
    )


def article_page(paragraphs: int = PARAGRAPHS) -> str:
    """A long text with links in it: ten thousand elements, 3,300 of them links."""
    parts = []
    for number in range(1, paragraphs + 1):
        if number % 10 == 1:
            parts.append(f"<h2>Part {number // 10 + 1}</h2>")
        parts.append(_paragraph(number))
    return _page("A long article", f"<h1>A long article</h1>{''.join(parts)}")


def button_page() -> str:
    """A page with one button, which counts how often it was clicked."""
    count = "document.querySelector('p').textContent = `Clicked ${++count} times`"
    return _page(
        "One button",
        f'<h1>One button</h1><button id="go">Go</button><p>Clicked 0 times</p>'
        f"<script>let count = 0; document.querySelector('button').onclick = () => {{ {count} }};</script>",
    )


def _paragraph(number: int) -> str:
    def words(start: int, count: int) -> str:
        return " ".join(WORDS[(number * 5 + start + place) % len(WORDS)] for place in range(count))

    links = [
        f'<a id="link-{at}" href="/notes/{at}">note {at}</a>' for at in range(number * 3 - 2, number * 3 + 1)
    ]
    return (
        f"<p>{words(0, 9)} {links[0]} {words(9, 6)} <b>{words(15, 2)}</b> {words(17, 7)} {links[1]}, "
        f"<i>{words(24, 3)}</i> {words(2, 8)} <code>{words(11, 1)}</code> {links[2]} "
        f"<span>{words(4, 5)}</span><sup>{number}</sup>.</p>\n"
    )


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{body}<script>{TELL}</script></body></html>"
    )


@contextmanager
def serving(folder: Path | None = None) -> Iterator[MadePages]:
    """Serve `/table`, `/article`, `/button`, and the `.html` files of a folder under their names."""
    pages = {"/table": table_page(), "/article": article_page(), "/button": button_page()}
    for file in sorted(folder.glob("*.html")) if folder else ():
        pages[f"/{file.name}"] = file.read_text("utf-8")
    made = MadePages(url="")
    server = LoopbackServer(partial(_Handler, pages, made.clicked))
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, pages: Mapping[str, str], clicked: list[str], *rest: object) -> None:
        self._pages = pages
        self._clicked = clicked
        super().__init__(*rest)  # type: ignore[arg-type]  # what the server hands to its handlers

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """A page."""
        page = self._pages.get(urlsplit(self.path).path)
        self._answer(404 if page is None else 200, page or "")

    def do_POST(self) -> None:
        """A page says that something in it was clicked."""
        self._clicked += parse_qs(urlsplit(self.path).query).get("id", [])
        self._answer(204, "")

    def _answer(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
