"""Browsers on other machines that a caller over the network may have runs work in.

Whoever drives a browser has all that is logged in there, and the network that it is in. So the owner of the
server names the hosts of such browsers; no other is connected to.
"""

from __future__ import annotations

from collections.abc import Iterable

from agent_core import BadRequest
from agent_core.task.addresses.hosts import HostName

VARIABLE = "AGENT_CORE_BROWSER_HOSTS"


def refuse_strange_browser(address: str | None, allowed: Iterable[HostName]) -> None:
    """Look at the `browser_address` of a task.

    Raises:
        BadRequest: Its host is none of those that are allowed.
    """
    if not address:
        return
    asked = HostName.of_address(address)
    if not any(each.covers(asked) for each in allowed):
        why = f"the host {asked} is not among the browsers that this server may join"
        raise BadRequest("browser_address", f"{why}; its owner names them in {VARIABLE}")
