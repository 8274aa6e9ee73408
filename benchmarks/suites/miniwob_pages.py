"""The MiniWoB++ pages, served on loopback so that an engine sees the page and nothing of the benchmark.

The pages come from the PyPI package `miniwob`; the tasks are the 125 that BrowserGym registers. An episode
is a page under a random path with its title blanked and its assets under meaningless names. A script put
into the page begins the episode with the seed, takes the instruction, the reward display, the click canvas
and the START cover out of the document (as BrowserGym does), and reports the instruction and the raw reward
to this server. The page keeps its own judgement: nothing here decides what is right.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import mimetypes
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from agent_core.demo_site.server import LoopbackServer

TASKS: tuple[str, ...] = tuple(Path(__file__).with_name("miniwob_tasks.txt").read_text().split())
"""The 125 tasks that BrowserGym 0.14 registers, by their names in the `miniwob` package."""

REPORT_SEEDS = (1000, 1001, 1002, 1003, 1004)
"""The seeds that are reported; nobody looks at their episodes while working on an engine."""

LONGEST_EPISODE_MS = 1_000_000_000
"""Pages end an episode after ten seconds of their own; this is the timer instead, as BrowserGym raises it."""

_SCRIPT = Path(__file__).with_name("miniwob_episode.js").read_text()
_CORE_TAG = re.compile(r"<script src=\"\.\./core/core\.js\"></script>")
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_ASSET_FOLDER = re.compile(r"\.\./((?:core|common)(?:/[\w-]+)*)/")


class MiniwobMissing(Exception):
    """The package with the pages is not installed."""


def html_folder() -> Path:
    """The `html` folder of the installed `miniwob` package.

    Raises:
        MiniwobMissing: It is not installed; the message says how to get it.
    """
    # The package itself is not imported: that would need gymnasium and selenium, and only its files are used.
    spec = importlib.util.find_spec("miniwob")
    if spec is None or not spec.submodule_search_locations:
        raise MiniwobMissing("the MiniWoB++ pages are missing; pip install --no-deps 'miniwob>=1.1,<2'")
    return Path(spec.submodule_search_locations[0]) / "html"


@dataclass(slots=True, kw_only=True)
class Episode:
    """One task with one seed under one address, and what its page has reported so far."""

    task: str
    seed: int
    url: str
    utterance: str = ""
    """The instruction as the page gave it at the start; "" before that."""
    raw_reward: float | None = None
    """The page's own reward at the end of the episode, before any time penalty; None: it did not end."""
    loads: int = 0
    """How often the page was asked for. An episode that is loaded again before its end counts 0."""
    seed_used: int | None = None
    """The seed the page says it used; the harness checks that it is `seed`."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def reward(self) -> int:
        """1 where the page's raw reward was above 0 at its end, else 0."""
        return int(self.raw_reward is not None and self.raw_reward > 0)

    def loaded(self) -> None:
        """Note that the page was asked for."""
        with self._lock:
            self.loads += 1

    def heard(self, fact: dict[str, object]) -> None:
        """Note what the page reports; after a second load nothing counts any more."""
        with self._lock:
            if self.loads != 1 or self.raw_reward is not None:
                return
            self.seed_used = int(str(fact["seed"]))
            if fact["event"] == "start":
                self.utterance = str(fact["utterance"])
            elif fact["event"] == "end":
                self.raw_reward = float(str(fact["rawReward"]))


class MiniwobPages:
    """The pages of all tasks, rewritten so that neither an address nor a title names a task."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        salt = secrets.token_hex(8)
        self._folders = {
            hashlib.sha256(f"{salt}{path}".encode()).hexdigest()[:12]: path
            for top in ("core", "common")
            for path in (folder / top, *(folder / top).rglob("*"))
            if path.is_dir()
        }
        self._names = {path: name for name, path in self._folders.items()}

    def page(self, episode: Episode, report_to: str) -> bytes:
        """The page of an episode, which begins by itself once it is loaded."""
        html = (self._folder / "miniwob" / f"{episode.task}.html").read_bytes().decode("latin-1")
        # Latin-1 there and back keeps every byte; the pages say no charset and are served without one.
        start = _SCRIPT.replace(
            "__EPISODE__",
            json.dumps({"seed": episode.seed, "reportTo": report_to, "longestMs": LONGEST_EPISODE_MS}),
        )
        html = _TITLE.sub("<title></title>", html)
        html, count = _CORE_TAG.subn(lambda tag: f"{tag[0]}\n<script>{start}</script>", html, count=1)
        if count != 1:
            raise ValueError(f"the page of {episode.task!r} does not load core.js in the way all others do")
        return _ASSET_FOLDER.sub(self._opaque, html).encode("latin-1")

    def asset(self, folder_name: str, rest: str) -> tuple[str, bytes] | None:
        """Type and content of a script, style sheet or picture; None where there is none."""
        folder = self._folders.get(folder_name)
        if folder is None:
            return None
        path = (folder / rest).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            return None
        return (mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())

    def _opaque(self, match: re.Match[str]) -> str:
        return f"/a/{self._names[self._folder / match[1]]}/"


class MiniwobServer:
    """Serves episodes on loopback, each under a random path, and hears what their pages report."""

    def __init__(self, pages: MiniwobPages) -> None:
        self._pages = pages
        self._episodes: dict[str, Episode] = {}
        self._http = LoopbackServer(self._handler())
        self._http.daemon_threads = True

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def open_episode(self, task: str, seed: int) -> Episode:
        """A fresh episode under an address of its own."""
        if task not in TASKS:
            raise KeyError(
                f"no task {task!r}; the names are in {Path(__file__).with_name('miniwob_tasks.txt')}"
            )
        token = secrets.token_urlsafe(9)
        episode = Episode(task=task, seed=seed, url=f"{self.origin}/{token}/")
        self._episodes[token] = episode
        return episode

    def close_episode(self, episode: Episode) -> None:
        """Forget an episode; its address answers no more."""
        self._episodes.pop(episode.url.rstrip("/").rpartition("/")[2], None)

    def serve_forever(self) -> None:
        """Answer until `close` is called."""
        self._http.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                first, _, rest = self.path.partition("?")[0].lstrip("/").partition("/")
                if first == "a":
                    folder, _, name = rest.partition("/")
                    self._answer(server._pages.asset(folder, name), "max-age=3600")
                    return
                episode = server._episodes.get(first)
                if episode is None or rest:
                    self._answer(None)
                    return
                episode.loaded()
                self._answer(("text/html", server._pages.page(episode, f"/{first}/report")))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                token, _, rest = self.path.lstrip("/").partition("/")
                episode = server._episodes.get(token)
                if episode is None or rest != "report":
                    self._answer(None)
                    return
                episode.heard(json.loads(body))
                self._answer(("text/plain", b""))

            def _answer(self, content: tuple[str, bytes] | None, caching: str = "no-store") -> None:
                kind, body = content or ("text/plain", b"")
                self.send_response(HTTPStatus.OK if content else HTTPStatus.NOT_FOUND)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", caching)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
                """Say nothing: a benchmark's terminal shows its progress."""

        return Handler


@contextmanager
def serving(folder: Path | None = None) -> Iterator[MiniwobServer]:
    """A running server of the pages in `folder`, by default those of the installed package."""
    server = MiniwobServer(MiniwobPages(folder or html_folder()))
    thread = threading.Thread(target=server.serve_forever, name="miniwob-pages", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
