"""Passwords and tokens in addresses, headers and settings, told by their place and by their look.

In its place a value is masked where its name leaves no doubt (`password`, `access_token`), or where the name
may mean one (`session`, `code`) and the value looks as if a program had made it. In other texts a value is
masked where it stands out; a short word, which texts use for itself, is masked only beside its name:

    ?access_token=q1w2e3      "q1w2e3" is masked everywhere
    ?password=shop            `password=shop` and `"password": "shop"` are, and "shop" is not
    ?cookie=accept&key=EUR    nothing is
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

MASK = "***"
"""Stands where a secret value was."""
ADDRESS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]{0,20}://|(?<![\w.:/\[\]-])[\w.:/\[\]-]+[?#])[^\s<>\"'`]+")
"""An address in running text, with a scheme, or with parameters: `h.test/?token=q1w2e3`."""

_SURE = re.compile(
    "(?:passwd|password|passphrase|pwd|token|secret|apikey|authorization|credentials?|jwt|bearer|sid|sessid"
    "|sessionid|otp)$"
)
"""A name that has a word with one of these ends is that of a secret."""
_SURE_KEYS = re.compile(r"\b(?:api|access|account|auth|private|secret|service|signing|subscription) key\b")
_ABOUT = frozenset("type endpoint url uri name count limit expires expiry expiration hint".split())  # noqa: SIM905
"""What ends in one of these only tells of a secret: `token_type`."""
_LIKELY = frozenset("auth sig signature session cookie access".split())  # noqa: SIM905
"""A name that has one of these words may be that of a secret."""
_LIKELY_ALONE = frozenset("key code ticket pin".split())  # noqa: SIM905
"""A name that is one of these may be, too; `sort_key` and `country_code` are not."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_RUN = re.compile(r"[A-Za-z0-9]+")
_LONGEST_WORD, _FEWEST_DIGITS = 8, 6
_IN_JSON = re.compile(r'("([^"\\]{1,100})"\s*:\s*)("((?:[^"\\]|\\.)*)"|[\d.]+)')
_IN_PARTS = re.compile(r'(name="([^"]{1,100})"\r?\n(?:[^\r\n]{1,300}\r?\n){0,5}\r?\n)([^\r\n]+)')

Place = Literal["sure", "likely", "any"]


def place_of(name: str) -> Place:
    """What the name of a parameter, header or setting says of its value."""
    words = [word.lower() for word in _WORD.findall(name)]
    if words[:1] == ["x"]:
        del words[0]
    sure = any(map(_SURE.search, words)) or _SURE_KEYS.search(" ".join(words))
    if (sure and words[-1] not in _ABOUT) or words == ["pass"]:
        return "sure"
    if sure or not _LIKELY.isdisjoint(words) or (len(words) == 1 and words[0] in _LIKELY_ALONE):
        return "likely"
    return "any"


def is_secret(name: str, value: str, place: Place | None = None) -> bool:
    """Whether a value is a password or a token; `place` is what is known of it beside its name."""
    if "://" in value:  # what is secret in an address is one of its parameters
        return False
    match place or place_of(name):
        case "sure":
            return bool(value)
        case "likely":
            return _looks_made(value)
        case "any":
            return _is_random(value)


def stands_out(value: str) -> bool:
    """Whether a value can be told from the words and small numbers of which texts are made."""
    if value.isalpha() and value in (value.lower(), value.upper(), value.title()):
        return len(value) > _LONGEST_WORD
    if re.fullmatch(r"[\d.,:/%+-]*", value):
        return sum(char.isdecimal() for char in value) >= _FEWEST_DIGITS
    return len(value) >= 4


def _looks_made(value: str) -> bool:
    """Whether a text looks as if a program had made it: letters and digits take turns, or it is long."""
    runs = _RUN.findall(value)
    long = any(len(run) >= 20 or (len(run) >= 16 and not run.isalpha()) for run in runs)
    return " " not in value and len(value) >= 8 and (long or _turns("".join(runs)) >= 3)


def _is_random(value: str) -> bool:
    """Whether a text can hardly be anything but a token, whatever its name."""
    runs = [run for run in _RUN.findall(value) if len(run) >= 20]
    return any(_turns(run) >= 3 and not run.islower() and not run.isupper() for run in runs)


def _turns(text: str) -> int:
    """How often a letter comes after a digit, or a digit after a letter."""
    return sum(one.isdigit() != other.isdigit() for one, other in pairwise(text))


# --- in their place -----------------------------------------------------------------------------------


def with_credentials_masked(address: str, mask: str = MASK, *, path: bool = False) -> str:
    """The address with `mask` for what stands before the `@`, and for passwords and tokens in its parameters.

    An address without any is unchanged. Of a malformed address that holds an `@`, only the mask is left.
    `path` is for an address that is a secret itself: parts of its path that are tokens are masked, too.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return mask if "@" in address else address
    if "@" in parts.netloc:
        parts = parts._replace(netloc=f"{mask}@{parts.netloc.rpartition('@')[2]}")
    if path:
        steps = [mask if _is_random(step) else step for step in parts.path.split("/")]
        parts = parts._replace(path="/".join(steps))
    parts = parts._replace(
        query=parameters_masked(parts.query, mask), fragment=parameters_masked(parts.fragment, mask)
    )
    masked = urlunsplit(parts)
    return address if masked == urlunsplit(urlsplit(address)) else masked


def parameters_masked(parameters: str, mask: str = MASK) -> str:
    """A query, a fragment or a form that is sent, with `mask` for passwords and tokens."""
    return "&".join(_parameter_masked(part, mask) for part in parameters.split("&"))


def _parameter_masked(part: str, mask: str) -> str:
    name, equals, value = part.partition("=")
    plain = unquote(value)
    if is_secret(unquote(name), plain):
        return f"{name}={mask}"
    shown = with_credentials_masked(plain, mask) if "://" in plain else plain
    return f"{name}{equals}{shown}" if shown != plain else part


def addresses_masked(text: str, mask: str = MASK) -> str:
    """Running text with `mask` for the passwords and tokens of the addresses in it."""
    return ADDRESS.sub(lambda found: with_credentials_masked(found[0], mask), text)


def body_masked(text: str, media_type: str, mask: str = MASK) -> str:
    """What is sent or answered, with `mask` for passwords and tokens; `media_type` is its Content-Type."""
    if "json" in media_type:
        return _IN_JSON.sub(lambda found: _named_masked(found, found[4] or found[3], f'"{mask}"'), text)
    if "multipart/form-data" in media_type:
        return _IN_PARTS.sub(lambda found: _named_masked(found, found[3], mask), text)
    if "form-urlencoded" in media_type:
        return parameters_masked(text, mask)
    return addresses_masked(text, mask)


def _named_masked(found: re.Match[str], value: str, mask: str) -> str:
    return found[1] + mask if is_secret(found[2], value) else found[1] + addresses_masked(found[3])


def header_masked(name: str, value: str, mask: str = MASK) -> str:
    """The value of a header, with `mask` for what lets somebody in."""
    if name.lower() in ("cookie", "set-cookie") or is_secret(name, value):
        return mask
    return addresses_masked(value, mask)


# --- everywhere ---------------------------------------------------------------------------------------

Replacement = tuple[str, str]
"""A text that may stand nowhere, and what stands in its place."""


def credentials_in(address: str, mask: str = MASK, *, path: bool = False) -> Iterator[Replacement]:
    """What is to be hidden of the passwords and tokens in an address, as written and decoded.

    A user name counts where no password stands beside it and it looks as if a program had made it.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        yield from [(address, mask)] if "@" in address else ()
        return
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    if password:
        for written in dict.fromkeys((password, unquote(password))):
            yield (written, mask) if stands_out(written) else (f"{user}:{written}@", f"{mask}@")
    elif user and _looks_made(user):
        yield user, mask
    yield from ((step, mask) for step in parts.path.split("/") if path and _is_random(step))
    for part in filter(None, (*parts.query.split("&"), *parts.fragment.split("&"))):
        name, _, value = part.partition("=")
        for written in dict.fromkeys((value, unquote(value))):
            yield from credentials_of(unquote(name), written, mask)


def credentials_of(
    name: str, value: str, mask: str = MASK, place: Place | None = None
) -> Iterator[Replacement]:
    """What is to be hidden of a parameter, header or setting; `place` as for `is_secret`."""
    value = value.strip()
    if "://" in value:
        yield from credentials_in(value, mask)
    elif not is_secret(name, value, place):
        return
    elif stands_out(value):
        yield value, mask
    else:
        for between in (f"{name}=%s", f"{name}: %s", f'"{name}": "%s"', f'"{name}":"%s"', f"'{name}': '%s'"):
            yield between % value, between % mask


def credentials_in_header(name: str, value: str, mask: str = MASK) -> Iterator[Replacement]:
    """What is to be hidden of a header, whole and in parts: `Basic` and `Bearer` stand before theirs."""
    place: Place = "any" if place_of(name) == "any" else "sure"
    if name.lower() in ("cookie", "set-cookie"):
        for part in value.split(";"):
            key, _, text = part.strip().partition("=")
            yield from credentials_of(key, text, mask, "sure" if place_of(key) == "sure" else "likely")
        return
    yield from credentials_of(name, value, mask, place)
    scheme, _, rest = value.strip().partition(" ")
    if rest and place == "sure":
        yield from credentials_of(scheme, rest, mask, place)
        if scheme.lower() == "basic":
            yield from _credentials_in_basic(rest, mask)


def _credentials_in_basic(encoded: str, mask: str) -> Iterator[Replacement]:
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return
    yield (password, mask) if stands_out(password) else (f"{user}:{password}", mask)
