"""Which hosts a session may go to.

    example.com            in `allowed`: that host alone; in `blocked`: it and all below it
    *.example.com          it and all below it
    example.com:8443       that port only; without one: every port
    https://example.com    that scheme only
    127.0.0.1, [::1]:8080  addresses, too

`allowed` is for documents: what tabs, windows and frames open, each hop of a redirect, what forms post.
`blocked` is for requests of every kind and comes before `allowed`. A policy that is `public` leads to hosts
of the internet only: a host that is private by its name is refused here, and one whose name leads into a
private network where the browser is connected (`browser.network.gate`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from browser.model.addresses.origins import DEFAULT_PORTS, is_host_or_below, normal_host, parse
from browser.network.public_hosts import is_private_host

PROXIED_LOOPBACK = "<-loopback>"
"""In the list of what goes past a proxy: addresses of this machine do not, as they would by themselves."""


@dataclass(frozen=True, slots=True)
class HostRule:
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
    def of(cls, text: str, *, below: bool = False) -> HostRule:
        """Read an entry; `below`: hosts below are meant also where it does not say so.

        Raises:
            ValueError: It is none.
        """
        written = text.strip()
        scheme, _, rest = written.lower().rpartition("://")
        parsed = parse(f"//{rest.removesuffix('/')}")
        host = normal_host(parsed.host.removeprefix("*.")) if parsed else ""
        more = parsed and (parsed.local or parsed.has_credentials or "*" in host)
        if parsed is None or not host or more or scheme not in ("", *DEFAULT_PORTS):
            raise ValueError(
                f"{text!r} is no host; write it like example.com, *.example.com or example.com:8443"
            )
        return cls(written, host, below or parsed.host.startswith("*."), parsed.port, scheme)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The host as it stands in addresses: an IPv4 address also as an IPv6 address, both in brackets."""
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return (self.host,)
        if address.version == 6:
            return (f"[{address}]",)
        high, low = divmod(int(address), 1 << 16)
        return (self.host, f"[::ffff:{high:x}:{low:x}]")

    @property
    def _port_meant(self) -> int | None:
        return self.port or DEFAULT_PORTS.get(self.scheme)

    @property
    def patterns(self) -> Iterator[str]:
        """What matches its host, each with its port if it has one, where Chromium takes patterns with `*`."""
        port = f":{self._port_meant}" if self._port_meant else ""
        for host in self.spellings:
            for name in (host,) if "[" in host else (host, f"{host}."):
                yield name + port
                if self.below and host == self.host:
                    yield f"*.{name}{port}"

    def _means(self, host: str) -> bool:
        return normal_host(host) == self.host or (self.below and is_host_or_below(host, self.host))

    def is_at(self, host: str, port: int) -> bool:
        """Whether a connection to a host, in any spelling, is meant; a scheme means its usual port."""
        return self._means(host) and self._port_meant in (None, port)

    def covers(self, url: str) -> bool:
        """Whether an http(s) address is at this host; a malformed one is not."""
        parsed = parse(url)
        if parsed is None:
            return False
        return (
            self._means(parsed.host)
            and self.port in (None, parsed.port)
            and self.scheme in ("", parsed.scheme)
        )


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """The two lists. With nothing in `allowed`, all is allowed that is not blocked."""

    allowed: tuple[HostRule, ...] = ()
    blocked: tuple[HostRule, ...] = ()
    public: bool = False
    """Whether nothing of this machine and of private networks is connected to."""

    @classmethod
    def of(cls, allowed: Sequence[str], blocked: Sequence[str], *, public: bool = False) -> NetworkPolicy:
        """Read both lists.

        Raises:
            ValueError: Names the entry that is none.
        """
        return cls(
            tuple(HostRule.of(text) for text in allowed),
            tuple(HostRule.of(text, below=True) for text in blocked),
            public,
        )

    def __bool__(self) -> bool:
        """Whether anything is forbidden."""
        return bool(self.allowed or self.blocked or self.public)

    def blocks(self, host: str, port: int) -> bool:
        """Whether no connection to a host, in any spelling, and a port may be made."""
        if self.public and is_private_host(host):
            return True
        return any(rule.is_at(host, port) for rule in self.blocked)

    @property
    def not_proxied(self) -> tuple[str, ...]:
        """What Chromium does not ask its proxy for: the hosts that it has to look up itself, so that
        `launch_arguments` hold. Under a policy that is `public`, it asks for addresses of this machine."""
        hosts = tuple(name for rule in self.blocked for name in rule.patterns)
        return (*hosts, PROXIED_LOOPBACK) if self.public else hosts

    @property
    def launch_arguments(self) -> tuple[str, ...]:
        """Arguments with which a Chromium has no connection to a blocked host, whatever asks for one."""
        if not self.blocked and not self.public:
            return ()
        hosts = (name for rule in self.blocked for name in rule.patterns)
        names = [name[1:-1] if name.endswith("]") else name for name in hosts]
        nowhere = ", ".join(f"MAP {name} ~NOTFOUND" for name in names)
        return (
            *((f"--host-resolver-rules={nowhere}",) if names else ()),
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        )

    def objection(self, url: str, *, document: bool = True) -> str:
        """Why an address is not gone to, as a sentence; "" where it may be. A malformed one is refused."""
        parsed = parse(url)
        if parsed is None or (parsed.scheme in DEFAULT_PORTS and not parsed.host):
            return f"{url} is no address"
        if parsed.scheme not in DEFAULT_PORTS:
            return ""
        blocked = next((rule.text for rule in self.blocked if rule.covers(url)), "")
        allowed = not self.allowed or any(rule.covers(url) for rule in self.allowed)
        if blocked:
            return f"{url} is not opened: {blocked} is blocked in this task"
        if self.public and is_private_host(parsed.host):
            return f"{url} is not opened: {parsed.host} is of this machine or of a private network"
        if document and not allowed:
            names = ", ".join(rule.text for rule in self.allowed)
            return f"{url} is not opened: only {names} may be gone to in this task"
        return ""
