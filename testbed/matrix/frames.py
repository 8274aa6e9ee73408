"""The columns of the matrix: every kind of frame and root that a piece of a page can stand in."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

RECORD = """window.record = [];
addEventListener('message', (event) => { if (event.data && 'tell' in event.data) record.push(event.data.tell); });"""
"""The top document keeps what pieces tell, in whichever frame they stand."""
TELL = """function tell(what) {
  top.postMessage({tell: String(what)}, '*');
  document.getElementById('said').textContent = what;
}"""
HEAD = "<!doctype html><meta charset=utf-8><title>Matrix</title>"
SANDBOX = "allow-scripts allow-popups allow-modals allow-forms allow-downloads"
BOX = "width:900px;height:560px;border:3px solid;margin-left:40px"

ARRIVED = (
    f"{HEAD}<script>{RECORD}{TELL}</script><h1>Arrived</h1><p id=said></p><script>tell('arrived')</script>"
)
POPUP = f"{HEAD}<h1>Popup</h1>"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page, and a script that sees the root it stands in as `root`, and finds in it by `$`."""

    html: str
    script: str = ""

    def run(self, root: str) -> str:
        """The script for a root that is this expression."""
        return f"((root) => {{ const $ = (found) => root.querySelector(found);\n{self.script}\n}})({root});"


class Serving(Protocol):
    """What serves the pages: `testbed.serving.Server` is one."""

    url: str
    inline: dict[str, str]


def _document(piece: Piece) -> str:
    return (
        f"{HEAD}<script>{TELL}</script><p id=said>nothing yet</p>{piece.html}"
        f"<script>{piece.run('document')}</script>"
    )


def _top(holder: str) -> str:
    return f"{HEAD}<script>{RECORD}</script><h1>Matrix</h1>{holder}"


def _in_shadow(piece: Piece, mode: str) -> str:
    inside = json.dumps(piece.html).replace("</", "<\\/")
    return (
        f"<script>{TELL}</script><p id=said>nothing yet</p><x-host id=host></x-host><script>"
        f"(() => {{ const shadow = document.getElementById('host').attachShadow({{mode: '{mode}'}});"
        f"shadow.innerHTML = {inside}; {piece.run('shadow')} }})()</script>"
    )


def _slotted(piece: Piece) -> str:
    return (
        f"<script>{TELL}</script><p id=said>nothing yet</p><x-host id=host>{piece.html}</x-host><script>"
        "document.getElementById('host').attachShadow({mode: 'closed'}).innerHTML ="
        f"'<div style=\"border:2px solid;padding:8px\"><slot></slot></div>'; {piece.run('document')}</script>"
    )


def _late() -> str:
    return (
        "<script>setTimeout(() => { const frame = document.createElement('iframe');"
        f"frame.src = '/piece.html'; frame.style = '{BOX}'; document.body.append(frame); }}, 400)</script>"
    )


def _iframe(attributes: str) -> str:
    return f'<iframe {attributes} style="{BOX}"></iframe>'


def _srcdoc(piece: Piece) -> str:
    return _iframe(f'srcdoc="{html.escape(_document(piece))}"')


FRAMES: Mapping[str, Callable[[Piece], str]] = {
    "top": lambda piece: _document(piece).replace("<script>", f"<script>{RECORD}", 1),
    "same origin": lambda _: _top(_iframe("src=/piece.html")),
    "cross origin": lambda _: _top(_iframe("src={other}/piece.html")),
    "nested": lambda _: _top(_iframe("src={other}/outer.html")),
    "srcdoc": lambda piece: _top(_srcdoc(piece)),
    "sandboxed": lambda _: _top(_iframe(f"sandbox='{SANDBOX}' src=/piece.html")),
    "late": lambda _: _top(_late()),
    "open root": lambda piece: _top(_in_shadow(piece, "open")),
    "closed root": lambda piece: _top(_in_shadow(piece, "closed")),
    "slotted": lambda piece: _top(_slotted(piece)),
}
"""Name -> the top document that holds a piece in that way."""


def serve(server: Serving, piece: Piece, column: str) -> str:
    """Have the piece served in this kind of frame; gives the address of the top document."""
    server.inline["/piece.html"] = _document(piece)
    server.inline["/outer.html"] = f"{HEAD}<p>Outer</p>" + _iframe(f"src={server.url}/piece.html").replace(
        BOX, "width:860px;height:500px;border:2px solid"
    )
    server.inline["/arrived.html"] = ARRIVED
    server.inline["/popup.html"] = POPUP
    server.inline["/matrix.html"] = FRAMES[column](piece)
    return f"{server.url}/matrix.html"
