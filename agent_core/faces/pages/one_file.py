"""A run as one HTML file that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from PIL import Image, UnidentifiedImageError

from agent_core.faces.pages.environment import asset, new_environment
from agent_core.faces.pages.files import inside
from agent_core.faces.pages.run_page import run_page
from agent_core.task.run import TaskRun

logger = logging.getLogger(__name__)

STYLES = ("base.css", "run.css")
SCRIPTS = ("run.js",)
LARGEST_VIDEO = 25_000_000
"""Bytes; a longer recording is linked, not held in the file."""
QUALITY = 80
"""Of the pictures, which are WebP in the file."""


@dataclass(slots=True)
class _Here:
    """The file itself holds the pictures; other files are linked."""

    folder: Path
    beside: Path
    """The folder that the HTML file lies in."""
    named: dict[str, None] = field(default_factory=dict)
    """The pictures that the page names, in order."""

    def picture(self, name: str) -> str:
        self.named[name] = None
        return ""

    def file(self, name: str) -> str:
        path = (self.folder / name).absolute()
        if path.is_relative_to(self.beside.absolute()):
            return quote(os.path.relpath(path, self.beside))
        return path.as_uri()


def one_file(run: TaskRun, folder: Path, beside: Path | None = None) -> str:
    """The page of a run as the text of one HTML file.

    Args:
        run: The run.
        folder: Where its files lie.
        beside: The folder that the HTML file will lie in, for links to the other files; None: the run's.

    Raises:
        BadRequest: Jinja2 is not installed.
    """
    style, script = ("\n".join(map(asset, names)) for names in (STYLES, SCRIPTS))
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "media-src blob:; base-uri 'none'; form-action 'none'"
    )
    place = _Here(folder, beside or folder)
    page = run_page(run, folder, place)
    template = new_environment().get_template("one_file.html")
    body = template.render(page=page, run=run, style=style, script=script, policy=policy)
    return "".join([body, *_data(place, page.recording.name if page.recording else ""), "</body></html>\n"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(place: _Here, recording: str) -> Iterator[str]:
    """The pictures and the recording, behind everything that can be read without them."""
    for name in place.named:
        path = inside(place.folder, name)
        data = _shrunk(path) if path else b""
        if data:
            yield _block(name, "image/webp", data)
    video = inside(place.folder, recording)
    if video and video.stat().st_size <= LARGEST_VIDEO:
        kind = "video/webm" if video.suffix == ".webm" else "video/mp4"
        yield _block(recording, kind, video.read_bytes())


def _shrunk(path: Path) -> bytes:
    """The picture as WebP; empty where the file is no picture."""
    try:
        with Image.open(path) as picture:
            kept = io.BytesIO()
            picture.convert("RGB").save(kept, "WEBP", quality=QUALITY, method=1)
            return kept.getvalue()
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        logger.info("%s is left out of the page: %s", path, error)
        return b""


def _block(name: str, kind: str, data: bytes) -> str:
    """Data that the page's script finds under a name. It is no script: nothing runs it."""
    from markupsafe import escape

    text = base64.b64encode(data).decode()
    return f'<script type="text/plain" data-file="{escape(name)}" data-kind="{kind}">{text}</script>\n'
