"""The thread that computes: prompts are read one by one, replies are written together.

Writing a token reads all weights, whether for one reply or for eight, so runs that write at the same time
are put into one batch. Each keeps the cache of its own prompt; those of a batch are laid side by side,
their ends in line, and taken apart again when one of them is done or another one comes.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from engines.cua.ui_tars.local.loading import Loaded, out_of_memory
from engines.cua.ui_tars.local.network import Network
from engines.cua.ui_tars.local.prefix import Prefix
from engines.cua.ui_tars.local.prompt import Prompt, prompt_of
from engines.errors import ModelUnreachable
from engines.models.chat import Message

MOST_TOGETHER = 8
_CHUNK = 1024
"""Tokens of a prompt that are read at once; between two chunks a canceled run is noticed."""
_LOOP_TOKENS = 96
_LONGEST_UNIT = 24
"""A reply whose last 96 tokens repeat a unit of at most 24 is in a loop that it does not leave."""


@dataclass(frozen=True, slots=True)
class Written:
    """A reply, and what it took."""

    ids: tuple[int, ...]
    """Without the token that ends it."""
    cut: bool
    """It ran into its limit, or into a loop."""
    reused: int
    """Tokens of the prompt that had been read before."""
    first_s: float
    """From the beginning of reading to the first token, seconds."""
    rest_s: float
    """From the first token to the last, seconds."""


@dataclass(slots=True, eq=False)
class Job:
    """One reply that is wanted."""

    prompt: Prompt
    prefix: Prefix
    most_tokens: int
    temperature: float = 0.0
    began: Future[None] = field(default_factory=Future)
    """Done when the first token is there."""
    done: Future[Written] = field(default_factory=Future)
    canceled: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True, eq=False)
class _Row:
    """A job that is writing."""

    job: Job
    ids: list[int]
    position: int
    """Of the newest token."""
    reused: int
    first_s: float
    began_at: float


class _Canceled(Exception):
    """Nobody waits for the reply any more."""


class Worker:
    """One loaded model and the thread that it belongs to."""

    def __init__(self, loaded: Loaded) -> None:
        self.said = loaded.said
        self.tokenizer = loaded.tokenizer
        self.context_tokens: int = loaded.network.config.get_text_config().max_position_embeddings
        self._device = loaded.device
        self._tokenizing = threading.Lock()
        self._network = Network(loaded)
        given = loaded.network.generation_config.eos_token_id
        listed = given if isinstance(given, list) else [given]
        marks = [loaded.tokenizer.convert_tokens_to_ids(mark) for mark in ("<|im_end|>", "<|endoftext|>")]
        self._ends = frozenset(each for each in [*listed, *marks] if each is not None)
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="ui-tars", daemon=True)
        self._thread.start()

    def prompt(self, messages: Sequence[Message]) -> Prompt:
        """A conversation as tokens. A tokenizer serves one thread at a time."""
        with self._tokenizing:
            return prompt_of(messages, self.tokenizer)

    def submit(self, job: Job) -> None:
        """Have a reply written; `job.done` gets it, or an error."""
        self._waiting.put(job)

    def stop(self) -> None:
        """End the thread once it has written what it was asked for."""
        self._waiting.put(None)

    def _work(self) -> None:
        rows: list[_Row] = []
        going_on = True
        with self._network.thinking():
            while going_on or rows:
                for job in self._taken(wait=going_on and not rows, room=MOST_TOGETHER - len(rows)):
                    if job is None:
                        going_on = False
                        continue
                    with self._answering([job]):
                        rows.append(self._read(job))
                if rows:
                    with self._answering([row.job for row in rows]):
                        rows = self._write(rows)
                    rows = [row for row in rows if not row.job.done.done()]
        self._network.release()

    def _taken(self, *, wait: bool, room: int) -> Iterator[Job | None]:
        """Jobs that wait, at most `room`; where there is nothing to do, the next one is waited for."""
        for number in range(room):
            try:
                yield self._waiting.get(block=wait and number == 0)
            except queue.Empty:
                return

    @contextlib.contextmanager
    def _answering(self, jobs: Sequence[Job]) -> Iterator[None]:
        """Turn what goes wrong in the block into the answer of these jobs."""
        try:
            yield
        except _Canceled:
            _fail(jobs, ModelUnreachable("canceled"))
        except Exception as error:  # noqa: BLE001  the edge of the thread: somebody waits for an answer
            short = self._network.is_out_of_memory(error)
            _fail(jobs, out_of_memory(self._device, str(error)) if short else error)
            self._network.release()

    def _read(self, job: Job) -> _Row:
        """Read what is new in a prompt, and write the first token."""
        begun = time.perf_counter()
        prefix, prompt = job.prefix, job.prompt
        reused = prefix.fit(prompt)
        for shown in prompt.pictures:
            _check(job)
            if shown.key not in prefix.seen and shown.end > reused:
                prefix.seen[shown.key] = self._network.see(shown.picture)
        prefix.cache = prefix.cache if prefix.cache is not None else self._network.new_cache()
        hidden = None
        for start in range(reused, len(prompt.ids), _CHUNK):
            _check(job)
            end = min(start + _CHUNK, len(prompt.ids))
            hidden = self._network.read(prompt, start, end, prefix)
            prefix.symbols += prompt.symbols[start:end]
        first = self._network.next_tokens(hidden, [job.temperature])[0]
        now = time.perf_counter()
        _settle(job.began)
        return _Row(job, [first], prompt.next, reused, now - begun, now)

    def _write(self, rows: list[_Row]) -> list[_Row]:
        """Write until a reply is done or a job waits; gives the rows that go on."""
        rows = [row for row in rows if not self._ended(row)]
        if not rows:
            return []
        caches = [row.job.prefix.cache for row in rows]
        with self._network.side_by_side(caches) as batch:
            while True:
                newest = [row.ids[-1] for row in rows]
                hidden = self._network.step(newest, [row.position for row in rows], batch)
                found = self._network.next_tokens(hidden, [row.job.temperature for row in rows])
                for row, read, written in zip(rows, newest, found, strict=True):
                    row.job.prefix.symbols.append(read)
                    row.ids.append(written)
                    row.position += 1
                joins = len(rows) < MOST_TOGETHER and not self._waiting.empty()
                if joins or any(self._over(row) for row in rows):
                    break
        return [row for row in rows if not self._ended(row)]

    def _over(self, row: _Row) -> bool:
        return (
            row.job.canceled.is_set()
            or row.ids[-1] in self._ends
            or len(row.ids) >= row.job.most_tokens
            or in_loop(row.ids)
        )

    def _ended(self, row: _Row) -> bool:
        """Whether a reply is done; then it is handed over."""
        if not self._over(row):
            return False
        ends = row.ids[-1] in self._ends
        written = Written(
            ids=tuple(row.ids[:-1] if ends else row.ids),
            cut=not ends,
            reused=row.reused,
            first_s=row.first_s,
            rest_s=time.perf_counter() - row.began_at,
        )
        _settle(row.job.done, written)
        return True


def in_loop(ids: Sequence[int]) -> bool:
    """Whether the end of a reply only repeats itself."""
    if len(ids) < _LOOP_TOKENS or len(ids) % 16:
        return False
    tail = list(ids[-_LOOP_TOKENS:])
    return any(tail[unit:] == tail[:-unit] for unit in range(1, _LONGEST_UNIT + 1))


def _check(job: Job) -> None:
    if job.canceled.is_set():
        raise _Canceled


def _settle(future: Future[Any], result: object = None) -> None:
    if not future.done():
        future.set_result(result)


def _fail(jobs: Sequence[Job], error: Exception) -> None:
    for job in jobs:
        job.prefix.forget()
        for future in (job.began, job.done):
            if not future.done():
                future.set_exception(error)
