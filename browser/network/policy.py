"""Which hosts a session may go to.

    example.com            in `allowed`: that host alone; in `blocked`: it and all below it
    *.example.com          it and all below it
    example.com:8443       that port only; without one: every port
    https://example.com    that scheme only
    127.0.0.1, [::1]:8080  addresses, too

`allowed` is for documents: what tabs, windows and frames open, each hop of a redirect, what forms post.
`blocked` is for requests of every kind (WebSockets aside) and comes before `allowed`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of a list."""

    text: str
    """As it was written."""
    host: str
    """Lower case, ASCII."""
    below: bool = False
    """Whether hosts below it are meant too."""
    port: int | None = None
    scheme: str = ""

    @classmethod
    def of(cls, text: str, *, below: bool = False) -> Rule:
        """Read an entry; `below`: hosts below are meant also where it does not say so.

        Raises:
            ValueError: It is none.
        """
        written = text.strip()
        scheme, _, rest = written.lower().rpartition("://")
        parts = urlsplit(f"//{rest.removesuffix('/')}")
        wild = (parts.hostname or "").startswith("*.")
        host = _plain((parts.hostname or "").removeprefix("*."))
        more = parts.path or parts.query or parts.username or re.search(r"[\s*]", host)
        if not host or more or scheme not in ("", *DEFAULT_PORTS):
            raise ValueError(
                f"{text!r} is no host; write it like example.com, *.example.com or example.com:8443"
            )
        return cls(written, host, wild or below, parts.port, scheme)

    def covers(self, url: str) -> bool:
        """Whether an http(s) address is at this host."""
        parts = urlsplit(url)
        host = _plain(parts.hostname or "")
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
        return (
            (host == self.host or (self.below and host.endswith(f".{self.host}")))
            and self.port in (None, port)
            and self.scheme in ("", parts.scheme)
        )


def _plain(host: str) -> str:
    """The host as it is looked up: lower case, ASCII, without the dot at the end."""
    host = host.rstrip(".").lower()
    try:
        return host.encode("idna").decode("ascii") if re.search(r"[^\x00-\x7f]", host) else host
    except UnicodeError:
        return host


@dataclass(frozen=True, slots=True)
class Rules:
    """The two lists. With nothing in `allowed`, all is allowed that is not blocked."""

    allowed: tuple[Rule, ...] = ()
    blocked: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, allowed: Sequence[str], blocked: Sequence[str]) -> Rules:
        """Read both lists.

        Raises:
            ValueError: Names the entry that is none.
        """
        return cls(
            tuple(Rule.of(text) for text in allowed), tuple(Rule.of(text, below=True) for text in blocked)
        )

    def __bool__(self) -> bool:
        """Whether anything is forbidden."""
        return bool(self.allowed or self.blocked)

    def objection(self, url: str, *, document: bool = True) -> str:
        """Why an address is not gone to, as a sentence; "" where it may be."""
        if urlsplit(url).scheme not in DEFAULT_PORTS:
            return ""
        try:
            blocked = next((rule.text for rule in self.blocked if rule.covers(url)), "")
            allowed = not self.allowed or any(rule.covers(url) for rule in self.allowed)
        except ValueError:
            return f"{url} is no address"
        if blocked:
            return f"{url} is not opened: {blocked} is blocked in this task"
        if document and not allowed:
            names = ", ".join(rule.text for rule in self.allowed)
            return f"{url} is not opened: only {names} may be gone to in this task"
        return ""
