"""What broke a run off, as its failure code and one sentence: no exception leaves a run that has begun."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from agent_core.errors import words_of
from agent_core.loop.progress import Failure
from agent_core.services.codes import CodeTimeout
from agent_core.task.run import FailureCode
from browser.model.errors import BrowserError, NavigationFailed, NavigationRefused
from engines.errors import ModelError

logger = logging.getLogger(__name__)


def failure_of(error: Exception) -> Failure | None:
    """The failure that an exception means; None: a mistake in the program, or in what it was given."""
    said = words_of(error)
    match error:
        case ModelError():
            return Failure(code=cast(FailureCode, error.code), message=said)
        case CodeTimeout():
            return Failure(code="OTP_TIMEOUT", message=said)
        case NavigationRefused():
            return Failure(code="BLOCKED", message=said)
        case NavigationFailed():
            return Failure(code="NAVIGATION_FAILED", message=said)
        case BrowserError():
            return Failure(code="BROWSER_LOST", message=said)
        case _ if type(error).__module__.partition(".")[0] == "playwright":
            return Failure(code="BROWSER_LOST", message=f"the browser did not answer: {said}")
        case _:
            return None


@contextmanager
def guarded(what: str, warn: Callable[[str], None]) -> Iterator[None]:
    """Make a warning of whatever is raised inside: `what` says what there is not, the error says why."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  whatever it is, the run goes on
        logger.info("%s: %r", what, error)
        warn(f"{what}: {words_of(error)}")
