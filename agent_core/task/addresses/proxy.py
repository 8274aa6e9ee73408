"""How a task asks for a proxy, and which one that is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from agent_core.config import Settings
from agent_core.errors import BadRequest
from browser.model.addresses.origins import parse

if TYPE_CHECKING:
    from browser.options import ProxySettings


class GeoTarget(BaseModel):
    """A country that the proxy should be in."""

    model_config = ConfigDict(frozen=True)

    country: str = Field(pattern=r"^[A-Za-z]{2}$")
    """Two letters, ISO 3166-1."""
    subdivision: str | None = None
    city: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The names it is looked up by, the most specific first."""
        country = self.country.upper()
        subdivision = (self.subdivision or "").upper().removeprefix(f"{country}-")
        places = [[country, subdivision, self.city or ""], [country, subdivision], [country]]
        names = ["-".join(part for part in place if part) for place in places]
        return tuple(dict.fromkeys([*names, f"RESIDENTIAL_{country}"]))


class ProxyAddress(BaseModel):
    """A proxy of the caller's own."""

    model_config = ConfigDict(frozen=True)

    url: str = Field(repr=False)

    @field_validator("url")
    @classmethod
    def _is_a_proxy(cls, url: str) -> str:
        parsed = parse(url)
        if parsed is None or parsed.scheme not in ("http", "https", "socks5") or not parsed.host:
            raise ValueError("must be like http://user:password@host:port (http, https or socks5)")
        if parsed.scheme == "socks5" and parsed.has_credentials:
            raise ValueError("Chromium cannot log in to a SOCKS5 proxy; use one without a password, or http")
        return url


def proxy_of(
    location: ProxyAddress | GeoTarget | str | None, settings: Settings
) -> tuple[ProxySettings | None, str]:
    """The proxy that was asked for, and what the caller should know about it.

    Raises:
        BadRequest: A location was asked for that the table does not have. Going out directly would
            betray what was asked.
    """
    match location:
        case None:
            return None, ""
        case ProxyAddress(url=url):
            return _proxy_settings(url), ""
        case GeoTarget():
            names = location.keys
        case str():
            names = _names_of(location)
    table = {name.upper(): url for name, url in settings.proxies.items()}
    for name in names:
        if name.upper() in table:
            try:
                return _proxy_settings(ProxyAddress(url=table[name.upper()]).url), ""
            except ValidationError as error:
                why = error.errors(include_url=False, include_input=False)[0]["msg"]
                raise BadRequest("AGENT_CORE_PROXIES", f"{name}: {why}") from None
    if location == "RESIDENTIAL":
        return None, "proxy_location RESIDENTIAL has no entry in AGENT_CORE_PROXIES, so no proxy was used"
    why = f"no proxy is known for {names[0]}; add it to AGENT_CORE_PROXIES, or give {{'url': ...}}, or NONE"
    raise BadRequest("proxy_location", why)


def _names_of(location: str) -> tuple[str, ...]:
    """What a name is looked up by: itself, and then as the place that it stands for, if it does."""
    place = re.fullmatch(
        r"(?:RESIDENTIAL_)?(?P<country>[A-Z]{2})(?:-(?P<subdivision>\w+))?", location.upper()
    )
    further = GeoTarget(**place.groupdict()).keys if place else ()
    return tuple(dict.fromkeys([location.upper(), *further]))


def _proxy_settings(url: str) -> ProxySettings:
    from browser.options import ProxySettings

    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    return ProxySettings(
        server=f"{parts.scheme}://{host}{port}",
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
