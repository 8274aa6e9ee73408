"""Signs of life: how a worker shows that it lives, and how it is told that another one does not.

A worker that is busy is not dead. It renews its leases from a thread of its own, which waits neither for the
event loop nor for the threads that the loop shares. And a lease that is over counts only once it has been
seen to stay over: clocks are set, and machines sleep and wake up with all of their workers at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from agent_core.faces.server.database.opening import first_line

logger = logging.getLogger(__name__)

BEATS_PER_LEASE = 4


class Heartbeat:
    """Renews the leases of one worker again and again, from a thread of its own."""

    def __init__(self, renew: Callable[[], None], lease_s: float) -> None:
        """`renew` blocks; it may raise what a database raises, and is then tried again."""
        self._renew, self._lease_s = renew, lease_s
        self._good_until = time.monotonic() + lease_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="agent-core heartbeat", daemon=True)

    @property
    def is_heard(self) -> bool:
        """Whether the leases are certainly still this worker's."""
        return time.monotonic() < self._good_until

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; blocks while a renewal goes on."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(self._lease_s)

    def _live(self) -> None:
        every_s = self._lease_s / BEATS_PER_LEASE
        while not self._over.is_set():
            begun = time.monotonic()
            try:
                self._renew()
                self._good_until = begun + self._lease_s
            except (DBAPIError, PoolTimeout) as error:
                logger.warning("the leases could not be renewed, it is tried again: %s", first_line(error))
            except Exception:  # whatever it is, the runs are not to be lost for it
                logger.exception("a mistake in the heartbeat")
            self._over.wait(every_s)


class Suspects:
    """Leases that were seen to be over, and since when."""

    def __init__(self, stays_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """A lease has to stay over for `stays_s` seconds of this process's own clock, which stands still
        while the machine sleeps."""
        self._stays_s, self._clock = stays_s, clock
        self._seen: dict[tuple[str, float], float] = {}

    def gone(self, over: Mapping[str, float]) -> set[str]:
        """Of the runs whose lease is over now, those whose worker is gone.

        Args:
            over: The id of each of them -> when its lease ended, by the database's clock. One that is renewed
                in between begins anew.
        """
        now = self._clock()
        self._seen = {lease: self._seen.get(lease, now) for lease in over.items()}
        return {run_id for (run_id, _), since in self._seen.items() if now - since >= self._stays_s}
