"""Addresses of the web: their schemes, hosts, ports and origins, read in one way everywhere."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
"""The schemes of the web, and the port that each means where an address names none."""

_NOT_IN_AUTHORITY = re.compile(r"[\s<>\"{}|\\^`]")
"""A browser refuses these between `//` and the path, or reads them as the beginning of the path."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The parts of an address; a part that it does not have is ""."""

    scheme: str
    """Lower case."""
    host: str
    """As a browser spells it: lower case, ASCII, IP addresses in their usual form, an IPv6 address without
    its brackets. A dot at the end is kept."""
    port: int | None
    """The port that is meant, also where it is the scheme's default. None: there is none."""
    path: str
    query: str
    """Without the `?`."""
    fragment: str
    """Without the `#`."""
    has_credentials: bool
    """Whether a user name or a password stands before the host."""

    @property
    def is_web(self) -> bool:
        """Whether it is an http or https address that names a host."""
        return self.scheme in DEFAULT_PORTS and bool(self.host)

    @property
    def authority(self) -> str:
        """Host and port, the default port left out: `example.com`, `[::1]:8080`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port in (None, DEFAULT_PORTS.get(self.scheme)) else f"{host}:{self.port}"

    @property
    def local(self) -> str:
        """Path, query and fragment: what an address says within its origin."""
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.path}{query}{fragment}"

    @property
    def origin(self) -> str:
        """The origin as a browser tells it; "" where this is not an address of the web."""
        return f"{self.scheme}://{self.authority}" if self.is_web else ""


def parse(address: str) -> Parsed | None:
    """The parts of an address; None where it is malformed, such as `http://[x/` or `http://a:99999/`."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if _NOT_IN_AUTHORITY.search(parts.netloc):
        return None
    return Parsed(
        scheme=parts.scheme,
        host=_as_browsers_spell(host),
        port=DEFAULT_PORTS.get(parts.scheme) if port is None else port,
        path=parts.path,
        query=parts.query,
        fragment=parts.fragment,
        has_credentials="@" in parts.netloc,
    )


def origin_of(address: str) -> str:
    """The origin of an http or https address, without credentials and default port; "" of any other."""
    parsed = parse(address)
    return parsed.origin if parsed else ""


def host_of(address: str) -> str:
    """The host of an address, as in `Parsed.host`; "" where it has none or is malformed."""
    parsed = parse(address)
    return parsed.host if parsed else ""


def resolved(address: str, here: str) -> str:
    """An address as it is meant on the page `here`; "" where what comes of it is malformed."""
    try:
        whole = urljoin(here, address)
    except ValueError:
        return ""
    return whole if parse(whole) else ""


def within_origin(address: str, here: str) -> str:
    """`Parsed.local` of an address at the scheme, host and port of `here`; any other address as it is."""
    there, page = parse(address), parse(here)
    if there is None or page is None or (there.scheme, there.authority) != (page.scheme, page.authority):
        return address
    return there.local


def normal_host(host: str) -> str:
    """A host in the form in which two are compared: as a browser spells it, without the dot at the end.

    An IPv4 address that is written as an IPv6 address is the IPv4 address.
    """
    plain = _as_browsers_spell(host.strip("[]").rstrip(".")).rstrip(".")
    if ":" in plain:
        try:
            mapped = ipaddress.IPv6Address(plain).ipv4_mapped
        except ValueError:
            return plain
        return str(mapped) if mapped else plain
    return plain


def is_host_or_below(host: str, of: str) -> bool:
    """Whether a host is `of` or a subdomain of it. Nothing is below an empty `of`."""
    host, of = normal_host(host), normal_host(of)
    return bool(of) and (host == of or host.endswith(f".{of}"))


@lru_cache(maxsize=1000)  # a page has few hosts and many addresses
def _as_browsers_spell(host: str) -> str:
    """A host as the URL Standard spells it; one that can be looked up nowhere stays as it is."""
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host.partition("%")[0]))
        except ValueError:
            return host
    if "%" in host:
        host = unquote(host)
    host = _in_ascii(host.lower())
    return _ipv4(host) or host


_NUMBER = re.compile(r"0x[0-9a-f]*|\d+")


def _ipv4(host: str) -> str:
    """An IPv4 address from any of its spellings, such as `0x7f.1` and `2130706433`; "" of anything else."""
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return ""
    try:
        *first, last = (
            int(part[2:] or "0", 16) if part.startswith("0x") else int(part, 8 if part[0] == "0" else 10)
            for part in parts
        )
        if any(number > 255 for number in first) or last >= 256 ** (5 - len(parts)):
            return ""
    except ValueError:  # an octal number has no 8 and no 9
        return ""
    whole = sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last
    return str(ipaddress.IPv4Address(whole))


def _in_ascii(host: str) -> str:
    """A host name by UTS 46, as browsers do it: `faß.example` and `fass.example` are two hosts."""
    if host.isascii():
        return host
    import idna  # its tables are long

    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode()
            for label in mapped.split(".")
        )
    except (idna.IDNAError, UnicodeError):
        return host
