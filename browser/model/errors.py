"""Everything that can go wrong between us and Chromium.

* BrowserError
  x BrowserNotFound       no Chromium on this machine, or none where we were told to look
  x LaunchFailed          an executable that does not start, a CDP endpoint that refuses
  x NavigationFailed      the address does not answer, or answers with what is not a page
  x PageGone              the tab was closed or crashed while we were using it
  x BrowserLost           the whole browser is gone, or the connection to it
  x ActionFailed          the page is fine, this action was not possible
    + StaleRef              the ref is from an older observation
    + NotInteractable       hidden, disabled or covered by another element
    + BadTarget             the target is not what this action needs (no such option, not a field)

`ActionFailed` never leaves `Session.perform`: it becomes `ActionResult.problem`, which the engine
hears next turn and may answer by trying something else. The others end the run.
"""


class BrowserError(Exception):
    """Base of everything this package raises; `str(error)` is a sentence for a person."""


class BrowserNotFound(BrowserError):
    """No Chromium was found; the message says what gets one."""


class LaunchFailed(BrowserError):
    """Chromium did not start, or the CDP endpoint did not let us in."""


class NavigationFailed(BrowserError):
    """An address could not be opened. The tab is still usable."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        self.why = why
        super().__init__(f"could not open {url}: {why}")


class NavigationRefused(NavigationFailed):
    """An address was not opened, since the session may not go there."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(url, why)
        self.args = (why,)


class PageGone(BrowserError):
    """The tab closed or its renderer crashed while it was in use."""


class BrowserLost(BrowserError):
    """The browser process, or the connection to it, ended."""


class ActionFailed(BrowserError):
    """The page is fine, but this action could not be done. The message says why."""


class StaleRef(ActionFailed):
    """A ref from an older observation no longer names an element."""

    def __init__(self, ref: str) -> None:
        self.ref = ref
        super().__init__(
            f"element {ref!r} is not on the page any more; take its ref from the page as it is listed now"
        )


class NotInteractable(ActionFailed):
    """The element is there, but a person could not use it now."""

    def __init__(self, ref: str, why: str) -> None:
        self.ref = ref
        self.why = why
        super().__init__(f"element {ref!r} cannot be used: {why}")


class BadTarget(ActionFailed):
    """The target is not what the action needs: no such option, not a field, out of the viewport."""
