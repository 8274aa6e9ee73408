"""What may be typed without being known: named values, each for some origins, and one-time codes.

Whoever decides writes `{{secret:NAME}}`, or `{{code}}` for a one-time code, where it would type the value.
The value comes in here, below the decision, when it is known which origin the field belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from browser.model.addresses.origins import DEFAULT_PORTS, is_host_or_below, normal_host, parse
from browser.model.errors import BadTarget
from browser.redaction.redactor import Redactor

PLACEHOLDER = re.compile(r"\{\{\s*(?:secret\s*:\s*([\w.-]+)|(code))\s*\}\}")
CODE = "{{code}}"

CodeSource = Callable[[str], Awaitable[str]]
"""Gives the current one-time code for a field of this origin; may wait for minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A named value, and where it may be typed."""

    name: str
    origins: tuple[str, ...]
    """`https://example.com`, `https://*.example.com`, `http://127.0.0.1:8010`, `file://`."""
    read: Callable[[], Awaitable[str]] = field(repr=False)
    """Gives the value, as it is now."""

    @property
    def placeholder(self) -> str:
        """The placeholder that stands for the value."""
        return f"{{{{secret:{self.name}}}}}"

    def goes_to(self, origin: str) -> bool:
        """Whether the secret may be typed on a page of this origin."""
        return any(covers(pattern, origin) for pattern in self.origins)


def covers(pattern: str, origin: str) -> bool:
    """Whether an origin is the one that is named, or one of those under `*.`.

    `http://example.com` covers `https://example.com` too, which is the same site better kept.
    """
    wanted, given = parse(pattern), parse(origin)
    if wanted is None or given is None:
        return False
    if wanted.scheme == "file" or given.scheme not in DEFAULT_PORTS:
        return pattern == origin
    same = (wanted.scheme, wanted.port) == (given.scheme, given.port)
    better_kept = (wanted.scheme, wanted.port, given.scheme, given.port) == ("http", 80, "https", 443)
    if wanted.host.startswith("*."):
        at_host = is_host_or_below(given.host, wanted.host[2:])
    else:
        at_host = normal_host(given.host) == normal_host(wanted.host)
    return (same or better_kept) and at_host


class SecretStore:
    """The secrets and codes of one session, and the redactor that keeps them from being seen."""

    def __init__(
        self,
        secrets: tuple[Secret, ...] = (),
        code: CodeSource | None = None,
        redactor: Redactor | None = None,
        code_wait_s: float = 0.0,
    ) -> None:
        self.give(secrets, code)
        self.code_wait_s = code_wait_s
        """The most that `code` may take."""
        self.redactor = redactor if redactor is not None else Redactor()
        """Also hides every code and value that is given out from now on."""

    def give(self, secrets: tuple[Secret, ...], code: CodeSource | None) -> None:
        """Have these in place of all others from now on."""
        self._secrets = {secret.name: secret for secret in secrets}
        self._code = code

    @property
    def any(self) -> bool:
        """Whether there is, or may later be, a value to mask."""
        return bool(self._secrets or self._code or self.redactor.in_pages)

    def stands_in(self, text: str) -> bool:
        """Whether a text is not to be typed as it is."""
        found = [match for match in PLACEHOLDER.finditer(text) if match[1] or self._code]
        return bool(found) or text.strip() == CODE

    async def filled(self, text: str, origin: str) -> str:
        """The text with values in place of their names, to be typed at this origin.

        Raises:
            BadTarget: There is no such value, or it may not be typed there.
        """
        parts, at = [], 0
        for match in PLACEHOLDER.finditer(text):
            value = await (self.secret(match[1], origin) if match[1] else self.code(origin))
            parts += [text[at : match.start()], value]
            at = match.end()
        return "".join([*parts, text[at:]])

    async def secret(self, name: str, origin: str) -> str:
        """The value of a secret, to be typed at this origin.

        Raises:
            BadTarget: There is none of that name, or it may not be typed there.
        """
        secret = self._secrets.get(name)
        if secret is None:
            known = ", ".join(self._secrets) or "none"
            raise BadTarget(f"no secret {name!r} was given with this task; given were: {known}")
        if not secret.goes_to(origin):
            raise BadTarget(
                f"the secret {name} may be typed at {', '.join(secret.origins)} only; this field belongs to "
                f"{origin_in_words(origin)}"
            )
        value = await secret.read()
        self.redactor.add(value, secret.placeholder)
        return value

    async def code(self, origin: str) -> str:
        """The current one-time code, to be typed at this origin.

        Raises:
            BadTarget: There is no source of codes.
        """
        if self._code is None:
            raise BadTarget("no source of one-time codes was given with this task")
        code = await self._code(origin)
        self.redactor.add(code, CODE)
        return code


def origin_in_words(origin: str) -> str:
    """An origin as `self.origin` tells it, for a person."""
    return "a page without an origin of its own" if origin in ("", "null") else origin
