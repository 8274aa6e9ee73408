"""What can go wrong before a run starts. A run that has started ends as a value, a `TaskRun`.

* AgentCoreError
  x BadRequest            a field of the request, or of the settings, cannot be used: says which and why
  x NoSuchRun             there is no run in the folder that was named
  x NoSuchWorkflow        no workflow has that name
  x BadScript             a script cannot be read: says where and why
  x CannotTakeOver        a run's page cannot be had now: somebody has it, or there is none; try later
  x HoldEnded             the page is not held any more: take it over again

From below come, unchanged:

* BrowserError            `BrowserNotFound`, `LaunchFailed`: see `browser.model.errors`
* EngineError             `UnknownEngine`, `EngineUnavailable`: see `engines.errors`

`START_ERRORS` holds all of them, for a caller that wants to show the sentence and nothing else:

    try:
        run = await run_task("Find the top 3 posts", "example.com")
    except START_ERRORS as error:
        print(error)
"""

from __future__ import annotations

from pathlib import Path

from browser.model.errors import BrowserError
from browser.model.text import without_lone_surrogates
from engines.errors import EngineError


class AgentCoreError(Exception):
    """Base of what this package raises itself; `str(error)` is a sentence for a person."""


class BadRequest(AgentCoreError, ValueError):
    """Something that was asked for cannot be done; nothing was started."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        """The field of the request, e.g. `max_steps` or `model.base_url`."""
        self.why = why
        super().__init__(f"{field}: {why}")


class NoSuchRun(AgentCoreError, LookupError):
    """The folder holds no run."""


class NoSuchWorkflow(AgentCoreError, LookupError):
    """No workflow has that name."""


class BadScript(AgentCoreError, ValueError):
    """A script that cannot be used: no JSON, of another version, or changed into what makes no sense."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"the script {path} {why}")


class CannotTakeOver(AgentCoreError):
    """The page of a run cannot be taken over now; the message says why."""


class HoldEnded(AgentCoreError):
    """The page is not held any more, so that nothing was done in it; the message says why."""


def words_of(error: BaseException) -> str:
    """What an exception says; its name, where it says nothing or cannot be asked."""
    try:
        return without_lone_surrogates(str(error)) or type(error).__name__
    except Exception:  # noqa: BLE001  somebody else's `__str__`, which may fail as well
        return type(error).__name__


START_ERRORS = (AgentCoreError, BrowserError, EngineError)
"""Everything that `run_task` and its siblings raise; anything else is a mistake of ours."""
