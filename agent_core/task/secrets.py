"""Secrets of a task: named values that the run types without anybody seeing them, each for some origins.

    secrets={"PW": "hunter2"}                                     for the origin of `url`
    secrets={"PW": {"env": "SHOP_PASSWORD", "origins": ["https://login.example.com"]}}
    secrets={"PW": {"keyring": "shop/ada@example.com"}}
    secrets={"PHONE": {"env": "SHOP_TOTP", "kind": "totp"}}       the seed of one-time codes

Whoever decides writes `{{secret:PW}}` and never sees the value. Everything that a run gives out or keeps goes
through its one `Redactor` (`browser.redaction.redactor`), which puts the name back in the value's place:
`Secrets.mask`, in a session `SessionOptions.secrets.redactor`. Without secrets it does nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr, model_validator

from agent_core.config import environment_variable
from agent_core.errors import BadRequest
from agent_core.task.addresses.hosts import as_origin, led_to
from browser.model.addresses.credentials import MASK
from browser.redaction.redactor import Redactor
from browser.redaction.secret_store import Secret
from browser.redaction.spellings import SHORTEST
from engines.protocol import SecretName

if TYPE_CHECKING:
    from agent_core.task.totp import Maker


class SecretRequest(BaseModel):
    """Where the value of a secret comes from, and where it may go."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    value: SecretStr | None = None
    env: str | None = None
    """Name of an environment variable that holds it."""
    keyring: str | None = None
    """`SERVICE/USERNAME` in the system's keyring."""
    origins: tuple[Annotated[str, AfterValidator(as_origin)], ...] | None = None
    """Where it may be typed; None: the origin of the task's `url`. `https://*.example.com` takes in what
    lies below."""
    kind: Literal["text", "totp"] = "text"
    """`totp`: the value is the seed of one-time codes (base 32, or an otpauth: address)."""

    @model_validator(mode="after")
    def _has_one_source(self) -> SecretRequest:
        if sum(source is not None for source in (self.value, self.env, self.keyring)) != 1:
            raise ValueError("needs exactly one of value, env and keyring")
        if self.origins is not None and not self.origins:
            raise ValueError("origins is empty, so it could be typed nowhere; leave it out or name one")
        return self

    def shown(self) -> dict[str, Any]:
        """The secret as it may be stored: a value that was given is masked."""
        shown = self.model_dump(mode="json", exclude_none=True)
        return {**shown, "value": MASK} if self.value is not None else shown


def _in_full(given: Any) -> Any:
    """A plain text is the value."""
    return {"value": given} if isinstance(given, str | SecretStr) else given


SecretField = Annotated[SecretRequest, BeforeValidator(_in_full)]
SecretLabel = Annotated[str, AfterValidator(lambda name: _label(name))]


def _label(name: str) -> str:
    if not name or not all(char.isalnum() or char in "_.-" for char in name):
        raise ValueError(f"{name!r} is no name for a secret; use letters, digits, _, . and -")
    return name


@dataclass(frozen=True, kw_only=True)
class Known:
    """A secret whose value was found."""

    name: str
    value: str = field(repr=False)
    origins: tuple[str, ...] | None
    maker: Maker | None = field(default=None, repr=False)
    """Of one-time codes, where the value is a seed of them."""

    def origins_from(self, began: tuple[str, ...]) -> tuple[str, ...]:
        """Where it may be typed in a run that has begun at these origins."""
        return self.origins if self.origins is not None else began


@dataclass(frozen=True, kw_only=True)
class BoundSecrets:
    """Secrets whose origins are settled: those without any of their own may be typed where the run began."""

    typable: tuple[Secret, ...] = ()
    """What a session may type."""
    code_makers: tuple[Secret, ...] = ()
    """Those of them that make one-time codes."""
    code_origins: tuple[str, ...] = ()
    """Where all other codes may be typed: where the run began, and where the secrets may be."""

    @property
    def names(self) -> tuple[SecretName, ...]:
        """The names of the secrets, which is all that an engine sees."""
        return tuple(SecretName(name=secret.name, origins=secret.origins) for secret in self.typable)


class Secrets:
    """The secrets of one run, with their values."""

    def __init__(self, known: tuple[Known, ...] = ()) -> None:
        self._known = known
        self.mask = Redactor()
        """Hides their values, and from then on the codes that are given out."""
        for secret in known:
            for value in (secret.value, *_spellings(secret)):
                self.mask.add(value, f"{{{{secret:{secret.name}}}}}")

    @classmethod
    def of(cls, asked: Mapping[str, SecretRequest] | None) -> Secrets:
        """Read the values of all secrets from their sources.

        Raises:
            BadRequest: One is not where it should be, or cannot be used; names it, never its value.
        """
        return cls(tuple(_known(name, request) for name, request in (asked or {}).items()))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the caller should know."""
        return tuple(
            f"secrets.{secret.name} is shorter than {SHORTEST} characters, so it is not hidden where a page "
            "shows it"
            for secret in self._known
            if len(secret.value.strip()) < SHORTEST
        )

    def bound_to(self, start: str, arrived: str = "") -> BoundSecrets:
        """The secrets in a run that begins at an address, and where its page is that this led to."""
        began = tuple(dict.fromkeys(filter(None, led_to(start, arrived))))
        typable = {
            known.name: Secret(name=known.name, origins=known.origins_from(began), read=_reader(known))
            for known in self._known
        }
        return BoundSecrets(
            typable=tuple(typable.values()),
            code_makers=tuple(typable[known.name] for known in self._known if known.maker),
            code_origins=tuple(
                dict.fromkeys(
                    origin
                    for origins in (
                        began,
                        *(known.origins or () for known in self._known),
                    )
                    for origin in origins
                )
            ),
        )


def _known(name: str, request: SecretRequest) -> Known:
    where = f"secrets.{name}"
    value = _value(where, request)
    return Known(name=name, value=value, origins=request.origins, maker=_maker(where, value, request.kind))


def _maker(where: str, value: str, kind: str) -> Maker | None:
    if kind != "totp":
        return None
    from agent_core.task.totp import maker_of

    try:
        return maker_of(value)
    except ValueError as error:
        raise BadRequest(where, str(error)) from None


def _value(where: str, request: SecretRequest) -> str:
    if request.value is not None:
        value = request.value.get_secret_value()
        if value == MASK:
            raise BadRequest(where, "its value was not kept with the request; give it once more")
        return value
    if request.env is not None:
        found = environment_variable(request.env)
        if found is None:
            raise BadRequest(where, f"the environment variable {request.env} is not set")
        return found
    return from_keyring(where, request.keyring or "")


def from_keyring(where: str, entry: str) -> str:
    """What the system's keyring has under `SERVICE/USERNAME`.

    Raises:
        BadRequest: Nothing, or the package for it is missing; `where` is the field that names it.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        why = "the system's keyring needs a package: pip install '.[vault]' in agent-core's checkout"
        raise BadRequest(where, why) from error
    service, _, username = entry.rpartition("/")
    if not service or not username:
        raise BadRequest(where, "keyring is written as SERVICE/USERNAME")
    try:
        value: str | None = keyring.get_password(service, username)
    except KeyringError as error:
        raise BadRequest(where, f"the system's keyring did not answer: {error}") from error
    if value is None:
        raise BadRequest(where, f"the system's keyring has no entry of {username!r} for {service!r}")
    return value


def _spellings(secret: Known) -> tuple[str, ...]:
    if secret.maker is None:
        return ()
    seed = str(secret.maker.secret)
    groups = " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))
    return (seed, seed.lower(), groups, groups.lower())


def _reader(secret: Known) -> Callable[[], Awaitable[str]]:
    async def read() -> str:
        if secret.maker is None:
            return secret.value
        from agent_core.task.totp import current_code

        return await current_code(secret.maker)

    return read
