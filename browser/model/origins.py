"""Addresses of the web: their schemes, hosts, ports and origins, read in one way everywhere."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

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


def with_credentials_masked(address: str, mask: str) -> str:
    """The address with `mask` for what stands before the `@`, and for passwords and tokens in its parameters.

    An address without any is unchanged. Of a malformed address that holds an `@`, only the mask is left.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return mask if "@" in address else address
    if "@" in parts.netloc:
        parts = parts._replace(netloc=f"{mask}@{parts.netloc.rpartition('@')[2]}")
    parts = parts._replace(
        query=_with_parameters_masked(parts.query, mask),
        fragment=_with_parameters_masked(parts.fragment, mask),
    )
    masked = urlunsplit(parts)
    return address if masked == urlunsplit(urlsplit(address)) else masked


def credentials_in(address: str) -> tuple[str, ...]:
    """The passwords and tokens in an address, as they are written and decoded: for a mask.

    A user name counts where no password stands beside it and it looks as if a program had made it.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return (address,) if "@" in address else ()
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    written = [
        password or (user if looks_made(user) else ""),
        *(value for text in (parts.query, parts.fragment) for value in _tokens(text)),
    ]
    return tuple(dict.fromkeys(form for value in written if value for form in (value, unquote(value))))


_SECRET_WORDS = frozenset(
    ("passwd", "password", "passphrase", "pwd", "token", "secret", "apikey", "authorization", "credential",
     "credentials", "jwt", "bearer", "cookie")
)  # fmt: skip
"""Words in the name of a parameter whose value is secret."""
_LIKELY_WORDS = frozenset(
    ("pass", "key", "auth", "sig", "signature", "session", "sessionid", "sid", "code", "otp", "ticket")
)
"""The same where the value looks as if a program had made it."""


def is_secret(name: str, value: str) -> bool:
    """Whether a parameter of this name and value is a password or a token."""
    if len(value) < _SHORTEST_SECRET:
        return False
    words = _words(name)
    return bool(words & _SECRET_WORDS) or (bool(words & _LIKELY_WORDS) and looks_made(value))


def may_be_secret(name: str) -> bool:
    """Whether the name of a parameter or header says that its value may be a password or a token."""
    return bool(_words(name) & (_SECRET_WORDS | _LIKELY_WORDS))


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)} | {name.lower()}


_SHORTEST_SECRET = 4
_LONG_SECRET = 20


def looks_made(value: str) -> bool:
    """Whether a text looks as if a program had made it: letters and digits mixed, or long, and no space."""
    mixed = bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value))
    return " " not in value and len(value) >= 2 * _SHORTEST_SECRET and (mixed or len(value) >= _LONG_SECRET)


def _tokens(parameters: str) -> Iterator[str]:
    """The secret values in a query or a fragment, as they are written."""
    for part in parameters.split("&"):
        name, _, value = part.partition("=")
        if is_secret(unquote(name), unquote(value)):
            yield value


def _with_parameters_masked(parameters: str, mask: str) -> str:
    masked = []
    for part in parameters.split("&"):
        name, _, value = part.partition("=")
        masked.append(f"{name}={mask}" if is_secret(unquote(name), unquote(value)) else part)
    return "&".join(masked)


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
