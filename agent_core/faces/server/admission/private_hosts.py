"""Keeping a caller on the network from reaching what only this machine can reach."""

from __future__ import annotations

from collections.abc import Mapping

from agent_core import BadRequest
from agent_core.task.addresses.hosts import leads_into_private_network, named_host

LOOKUP_S = 3.0
"""How long a name may take to be looked up; after that it counts as one that leads nowhere."""


async def refuse_private(addresses: Mapping[str, str | None]) -> None:
    """Look at addresses that a task names, by their fields.

    Raises:
        BadRequest: One of them is of this machine or of a private network.
    """
    for field, address in addresses.items():
        if address and await is_private(address):
            why = f"the host {named_host(address)!r} is of this machine or of a private network"
            raise BadRequest(field, f"{why}; the server allows that with AGENT_CORE_ALLOW_PRIVATE=1")


async def is_private(address: str) -> bool:
    """Whether the host is of this machine or of a private network, by its name or where that leads."""
    return await leads_into_private_network(address, LOOKUP_S)
