"""What the settings say of an endpoint, checked before anything is sent: address, key and headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from browser.model.addresses.credentials import with_credentials_masked
from browser.model.addresses.origins import parse
from engines.errors import EngineUnavailable
from engines.protocol import ModelSettings

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION = re.compile(r"/v\d\w*(?:/|$)")
_PRINTABLE = re.compile(r"[\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*|")


class BadSetting(EngineUnavailable):
    """A setting of the model cannot be used."""

    def __init__(self, setting: str, why: str) -> None:
        self.setting = setting
        """Its name, e.g. `model.api_key`."""
        self.why = why
        super().__init__(f"{setting}: {why}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served."""

    base: str
    """The address that the protocol's paths are put behind, without a slash at its end."""
    query: str = ""
    """What goes with every request behind a `?`."""

    @property
    def shown(self) -> str:
        """The address as it may be shown: without user name, password and query."""
        return with_credentials_masked(self.base)

    def at(self, path: str) -> str:
        """The address of one of the protocol's paths."""
        return f"{self.base}/{path}{f'?{self.query}' if self.query else ''}"


def endpoint_of(base_url: str, official: str, paths: tuple[str, ...]) -> Endpoint:
    """The endpoint that a setting names; "" stands for the provider's own.

    People also give the address of one of the protocol's own paths, which is taken off again, or an address
    with a query, which is kept.

    Raises:
        BadSetting: It is no http(s) address.
    """
    given = _unquoted(base_url) or official
    parsed = parse(given)
    if parsed is None or not parsed.is_web or re.search(r"\s", given):
        shown = with_credentials_masked(given)
        raise BadSetting(
            "model.base_url", f"{shown!r} is no http(s) address; an example is http://127.0.0.1:8000/v1"
        )
    base = given.partition("#")[0].partition("?")[0].rstrip("/")
    for path in paths:
        above = base.removesuffix(f"/{path}")
        # Only behind a version is `/models` the list of models; elsewhere it is where they are served.
        if above != base and (path != "models" or _VERSION.search(above)):
            base = above.rstrip("/")
            break
    return Endpoint(base, parsed.query)


def api_key_of(api_key: str) -> str:
    """The key without the blanks, line breaks and quotes that copying leaves around it.

    Raises:
        BadSetting: It holds what no HTTP header can carry; the key itself is not shown.
    """
    key = re.sub(r"(?i)\Abearer\s+", "", _unquoted(api_key))
    wrong = re.search(r"[^\x21-\x7e]", key)
    if wrong:
        raise BadSetting(
            "model.api_key",
            f"{_named(wrong.group())} stands at place {wrong.start() + 1}, which no key has; copy the key "
            "once more",
        )
    return key


def headers_of(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of the settings, names in lower case.

    Raises:
        BadSetting: One of them cannot be sent.
    """
    checked: dict[str, str] = {}
    for name, value in headers.items():
        value = str(value).strip()
        if not _HEADER_NAME.fullmatch(name):
            raise BadSetting("model.headers", f"{name!r} is no name of a header")
        if not _PRINTABLE.fullmatch(value):
            wrong = re.search(r"[^\x20-\x7e\t]", value)
            what = _named(wrong.group()) if wrong else "an odd character"
            raise BadSetting(f"model.headers.{name}", f"it holds {what}; a header takes plain ASCII alone")
        checked[name.lower()] = value
    return checked


def check(settings: ModelSettings) -> None:
    """Raise BadSetting for the first setting that cannot be used."""
    if settings.base_url:
        endpoint_of(settings.base_url, "", ())
    api_key_of(settings.api_key)
    headers_of(settings.headers)
    if settings.ca_file and not Path(settings.ca_file).expanduser().is_file():
        raise BadSetting("model.ca_file", f"there is no file {settings.ca_file!r}")


def _unquoted(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'`":
        return stripped[1:-1].strip()
    return stripped


def _named(character: str) -> str:
    if character.isspace():
        return "a blank or a line break"
    return f"the character U+{ord(character):04X}"
