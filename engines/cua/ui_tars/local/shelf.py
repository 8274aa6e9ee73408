"""Loaded models of a process: loaded once, used by all runs that want the same, let go of when none does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from engines.cua.ui_tars.local.checkpoint import Checkpoint
from engines.cua.ui_tars.local.options import Options
from engines.cua.ui_tars.local.worker import Worker
from engines.errors import ModelError, ModelUnreachable

Key = tuple[str, Options]


@dataclass(eq=False)
class _Place:
    """A model on the shelf, or on its way there."""

    worker: Future[Worker] = field(default_factory=Future)
    users: int = 0
    leaving: threading.Timer | None = None


def _loaded(checkpoint: Checkpoint, options: Options) -> Worker:
    from engines.cua.ui_tars.local.loading import load

    return Worker(load(checkpoint, options))


class Shelf:
    """Counts who uses a model. One for a process, or one of its own for a test."""

    def __init__(self, load: Callable[[Checkpoint, Options], Worker] = _loaded) -> None:
        self._load = load
        self._places: dict[Key, _Place] = {}
        self._lock = threading.Lock()

    async def take(self, checkpoint: Checkpoint, options: Options) -> Worker:
        """The worker for this model, loaded now where it is not yet; to be given back.

        Raises:
            ModelUnreachable: It cannot be loaded.
        """
        place = self._place_for(checkpoint, options)
        try:
            # Shielded: a run that is canceled does not cancel the loading for the others.
            return await asyncio.shield(asyncio.wrap_future(place.worker))
        except BaseException:
            self._left(checkpoint, options, place)
            raise

    def give_back(self, checkpoint: Checkpoint, options: Options) -> None:
        """Release one use of the model."""
        place = self._places.get(_key(checkpoint, options))
        if place is not None:
            self._left(checkpoint, options, place)

    def users(self, checkpoint: Checkpoint, options: Options) -> int:
        """How many use it at the moment."""
        place = self._places.get(_key(checkpoint, options))
        return place.users if place else 0

    def holds(self, checkpoint: Checkpoint, options: Options) -> bool:
        """Whether it is loaded, or being loaded."""
        return _key(checkpoint, options) in self._places

    def _place_for(self, checkpoint: Checkpoint, options: Options) -> _Place:
        key = _key(checkpoint, options)
        with self._lock:
            place = self._places.get(key)
            if place is None:
                place = self._places[key] = _Place()
                threading.Thread(
                    target=self._fill, args=(place, checkpoint, options), name="ui-tars-loads", daemon=True
                ).start()
            if place.leaving is not None:
                place.leaving.cancel()
                place.leaving = None
            place.users += 1
            return place

    def _fill(self, place: _Place, checkpoint: Checkpoint, options: Options) -> None:
        try:
            place.worker.set_result(self._load(checkpoint, options))
        except Exception as error:  # noqa: BLE001  the edge of the thread: somebody waits for an answer
            with self._lock:
                self._places.pop(_key(checkpoint, options), None)
            known = isinstance(error, ModelError)
            place.worker.set_exception(
                error if known else ModelUnreachable(f"{checkpoint.name} cannot be loaded: {error}")
            )

    def _left(self, checkpoint: Checkpoint, options: Options, place: _Place) -> None:
        with self._lock:
            place.users -= 1
            if place.users == 0 and self._places.get(_key(checkpoint, options)) is place:
                place.leaving = threading.Timer(
                    options.keep_s, self._clear, args=(_key(checkpoint, options), place)
                )
                place.leaving.daemon = True
                place.leaving.start()

    def _clear(self, key: Key, place: _Place) -> None:
        with self._lock:
            if place.users or self._places.get(key) is not place:
                return
            del self._places[key]
        place.worker.add_done_callback(_stop)


def _stop(worker: Future[Worker]) -> None:
    if worker.exception() is None:
        worker.result().stop()


def _key(checkpoint: Checkpoint, options: Options) -> Key:
    return str(checkpoint.folder.resolve()), options


PROCESS = Shelf()
"""Shared by all runs of a process."""
