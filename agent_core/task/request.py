"""What a task is (`TaskRequest`): the one definition of its fields.

The library's border: everything that comes in is checked here, once. Field names are those of the published
run-task API, ours stand beside them. A field's docstring is its description in the JSON Schema and on the
command line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from agent_core.errors import BadRequest
from agent_core.task.addresses.checked import (
    cdp_address,
    masked_texts,
    web_address,
    webhook_address,
)
from agent_core.task.addresses.proxy import GeoTarget, ProxyAddress
from agent_core.task.documented import Documented
from agent_core.task.fields import (
    Headers,
    ModelRequest,
    Recorded,
    RiskyAct,
    Side,
    checked_timezone,
    clamp_scrolls,
    model_of,
    recordings_of,
    risky_acts_of,
    viewport_of,
)
from agent_core.task.keywords import SessionFields
from agent_core.task.schema import BadSchema, wanted_output
from agent_core.task.secrets import SecretField, SecretLabel, SecretRequest
from browser.model.addresses.credentials import MASK, addresses_masked, with_credentials_masked
from browser.model.text import well_formed
from browser.network.policy import NetworkPolicy
from engines.output_spec import OutputSpec
from engines.registry import DEFAULT_ENGINE, OURS, SERVED_BY, spec_of
from engines.spec import RunType

DEFAULT_STEPS = 25
Caller = Literal["library", "cli", "http"]
"""Who asks: `file:` addresses are for callers on this machine alone."""


class TaskRequest(Documented):
    """What is asked for. Only `prompt` is needed; null anywhere else means its default.

    Raises `pydantic.ValidationError`; `TaskRequest.of` raises `BadRequest` with one sentence.
    """

    model_config = ConfigDict(extra="allow", validate_default=False, hide_input_in_errors=True)

    prompt: str
    """The task in plain words."""
    url: str | None = None
    """Where to begin. Without a scheme, https is put in front; http for localhost and IP addresses."""
    engine: str = Field(
        default=DEFAULT_ENGINE, description=f"Who decides: {', '.join(OURS)}, or one of another package."
    )
    title: str | None = None
    """A name for the run; it is only shown."""
    proxy_location: ProxyAddress | GeoTarget | str | None = None
    """Proxy to go out by: a name in AGENT_CORE_PROXIES, a country, or an address of your own."""
    data_extraction_schema: dict[str, Any] | str | None = None
    """JSON Schema that the output must be valid against, or a wish in words."""
    error_code_mapping: dict[str, str] | None = None
    """Error codes of your own for ways in which the task can fail, each with its meaning."""
    max_steps: int | None = Field(default=None, ge=1)
    """The most steps, 25 by default. A step is one cycle of looking, deciding, acting and checking."""
    webhook_url: Annotated[str | None, AfterValidator(webhook_address)] = None
    """Address that the result is posted to when the run has ended, however it has."""
    totp_identifier: str | None = None
    """Name under which one-time codes are pushed to this run, such as an e-mail address."""
    totp_url: Annotated[str | None, AfterValidator(webhook_address)] = None
    """Address that is asked for one-time codes by a signed POST."""
    browser_session_id: str | None = None
    """Browser session to work in. Without a url the run goes on from the page that it shows."""
    browser_profile_id: str | None = None
    """Id or name of the browser profile to use; what the run changes is saved to it."""
    model: Annotated[ModelRequest | None, BeforeValidator(model_of)] = None
    """Model to use: its name, and where it is served. What is left out comes from the settings."""
    extra_http_headers: Headers | None = Field(default=None, repr=False)
    """Headers that are sent to the origin of the url, and to the header hosts that are named."""
    header_hosts: list[str] | None = None
    """Further hosts that the extra headers are sent to."""
    publish_workflow: bool = False
    """Keep the run, once it is completed, as a workflow that can be run again with other values."""
    include_action_history_in_verification: bool = False
    """Show every page on the way to the check whether the task is done, too."""
    max_screenshot_scrolls: Annotated[int, AfterValidator(clamp_scrolls)] = 0
    """The most further screenshots below the viewport, 0 to 1000; a number outside is brought inside."""
    browser_address: Annotated[str, AfterValidator(cdp_address)] | None = None
    """DevTools address of a running Chromium to work in, such as 127.0.0.1:9222 or 9222; in a new tab."""
    cdp_connect_headers: Headers | None = Field(default=None, repr=False)
    """Headers that are sent to the browser's address when it is connected to."""
    run_with: Literal["agent", "code"] = "agent"
    """agent, or code: replay the recording of the same task, without a model where the page allows it."""

    timeout_s: float | None = Field(default=None, gt=0)
    """The most seconds for the whole run; no limit by default."""
    max_tokens_total: int | None = Field(default=None, ge=1)
    """The most tokens that the run may use of its model."""
    max_cost_usd: float | None = Field(default=None, gt=0)
    """The most US dollars that the run may cost; the model's price must be in AGENT_CORE_PRICES."""
    allowed_domains: list[str] | None = None
    """The only hosts that pages are opened from: example.com, *.example.com."""
    blocked_domains: list[str] | None = None
    """Hosts that nothing is sent to, nor to those below them."""
    secrets: dict[SecretLabel, SecretField] | None = Field(default=None, repr=False)
    """Values that are typed where {{secret:NAME}} is written and shown to nobody, or where they are found."""
    files: list[str] | None = None
    """Paths of files that may be uploaded; the engine knows them by their names."""
    resumable: bool = False
    """Keep what a run that is killed needs to go on from its last step, in a browser session that stays."""
    ask_before: Annotated[tuple[RiskyAct, ...], BeforeValidator(risky_acts_of)] = ()
    """What waits for a person's yes: buy, send, delete, upload. The name of what is pressed decides."""
    record: Annotated[tuple[Recorded, ...], BeforeValidator(recordings_of)] = ()
    """What to record: video, har (network traffic), bodies (a HAR with contents), trace (for Playwright)."""
    viewport: Annotated[tuple[Side, Side], BeforeValidator(viewport_of)] = (1280, 720)
    """Width and height of the page in CSS pixels, 1280x720 by default."""
    locale: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
    """Language of the browser, such as de-DE."""
    timezone: Annotated[str, AfterValidator(checked_timezone)] | None = None
    """Time zone of the browser, such as Europe/Berlin."""
    device_scale_factor: float = Field(default=1.0, gt=0, le=8)
    """Device pixels per CSS pixel, at most 8; 1 by default."""

    _warnings: list[str] = PrivateAttr(default_factory=list)
    _named_files: bool = PrivateAttr(default=True)
    _private_hosts: bool = PrivateAttr(default=True)

    @classmethod
    def of(cls, given: Mapping[str, Any], caller: Caller = "library") -> TaskRequest:
        """Make a request of what a caller gave.

        Raises:
            BadRequest: Names the first field that cannot be used, and says why.
        """
        try:
            return cls.model_validate(dict(given), context={"caller": caller})
        except ValidationError as error:
            raise bad_request(error) from error

    def but_with(self, given: Mapping[str, Any]) -> TaskRequest:
        """The same request with these fields in place of its own.

        Raises:
            BadRequest: One of them cannot be used.
        """
        own = {name: getattr(self, name) for name in self.model_fields_set if name in type(self).model_fields}
        changed = TaskRequest.of({**own, **given})
        changed._warnings = [*self._warnings, *changed._warnings]
        return changed.limited(named_files=self._named_files, private_hosts=self._private_hosts)

    def limited(self, *, named_files: bool, private_hosts: bool) -> TaskRequest:
        """The same request, which may do less on the machine that carries it out.

        What was forbidden before stays so.

        Args:
            named_files: Whether a file may be uploaded because the prompt names it.
            private_hosts: Whether pages of this machine and of private networks may be gone to.
        """
        made = self.model_copy()
        made._named_files = self._named_files and named_files
        made._private_hosts = self._private_hosts and private_hosts
        return made

    @property
    def named_files(self) -> bool:
        """Whether a file may be uploaded because the prompt names it."""
        return self._named_files

    @model_validator(mode="before")
    @classmethod
    def _null_means_default(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {key: value for key, value in given.items() if value is not None or key == "prompt"}

    @field_validator("prompt")
    @classmethod
    def _has_words(cls, prompt: str) -> str:
        if not prompt.strip():
            raise ValueError("is blank; say in plain words what is to be done")
        return prompt.strip()

    @field_validator("engine")
    @classmethod
    def _names_an_engine(cls, engine: str, info: ValidationInfo) -> str:
        engine = engine.strip() or DEFAULT_ENGINE
        if ":" in engine and (info.context or {}).get("caller") == "http":
            raise ValueError(
                "the way to a factory is only for callers on this machine; give an engine's name"
            )
        return engine

    @field_validator("url")
    @classmethod
    def _can_be_opened(cls, url: str | None, info: ValidationInfo) -> str | None:
        if not url or not url.strip():
            return None
        return web_address(url, (info.context or {}).get("caller", "library"))

    @field_validator("allowed_domains", "blocked_domains")
    @classmethod
    def _are_hosts(cls, names: list[str] | None) -> list[str] | None:
        NetworkPolicy.of(names or (), ())
        return names or None

    @field_validator("secrets")
    @classmethod
    def _are_the_callers_own(
        cls, secrets: dict[str, SecretRequest] | None, info: ValidationInfo
    ) -> dict[str, SecretRequest] | None:
        if (info.context or {}).get("caller") == "http" and any(
            secret.value is None for secret in (secrets or {}).values()
        ):
            raise ValueError("env and keyring are only for callers on this machine; give the value")
        return secrets or None

    @field_validator("files")
    @classmethod
    def _are_here(cls, files: list[str] | None, info: ValidationInfo) -> list[str] | None:
        if files and (info.context or {}).get("caller") == "http":
            raise ValueError("paths are only for callers on this machine")
        missing = [path for path in files or () if not Path(path).expanduser().is_file()]
        if missing:
            raise ValueError(f"there is no file {missing[0]!r}")
        return [str(Path(path).expanduser().absolute()) for path in files or ()] or None

    @field_validator("max_steps", mode="before")
    @classmethod
    def _is_a_number_of_steps(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError("must be a whole number, at least 1")
        return value

    @field_validator("proxy_location", mode="before")
    @classmethod
    def _names_a_way_out(cls, value: object) -> object:
        if isinstance(value, str):
            return None if value.strip().upper() in ("", "NONE") else value.strip()
        if isinstance(value, Mapping):
            return ProxyAddress.model_validate(value) if "url" in value else GeoTarget.model_validate(value)
        if isinstance(value, ProxyAddress | GeoTarget):
            return value
        raise ValueError("must be a name, {'country': 'US'} or {'url': 'http://host:port'}")

    @field_validator("run_with", mode="before")
    @classmethod
    def _is_known(cls, value: object) -> object:
        if value in ("agent", "ai", ""):
            return "agent"
        if value in ("code", "code_v2"):
            return "code"
        raise ValueError("must be 'agent' or 'code'")

    @model_validator(mode="wrap")
    @classmethod
    def _understand_the_output(cls, given: Any, handler: Any) -> TaskRequest:
        """Bring the schema to one form, and gather what the caller should know."""
        wanted = None
        given = well_formed(given)
        if isinstance(given, Mapping) and given.get("data_extraction_schema") is not None:
            try:
                wanted = wanted_output(given["data_extraction_schema"])
            except BadSchema as error:
                raise _field_error(cls.__name__, "data_extraction_schema", str(error)) from error
            given = {**given, "data_extraction_schema": well_formed(wanted.schema) or wanted.wish or None}
        named = given.get("engine") if isinstance(given, Mapping) else None
        serves = SERVED_BY.get(named) if isinstance(named, str) else None
        request: TaskRequest = handler({**given, "engine": serves} if serves else given)
        if serves:
            request._warnings.append(f"engine: {named} is not here; {serves} serves in its place")
        if wanted and wanted.warning:
            request._warnings.append(wanted.warning)
        request._forget_what_is_unknown()
        return request

    @model_validator(mode="after")
    def _has_one_browser(self) -> TaskRequest:
        if self.browser_address and self.browser_profile_id:
            why = "is laid under browsers of our own only; leave out browser_address, or import from there"
            raise _field_error(type(self).__name__, "browser_profile_id", why)
        if not self.browser_session_id:
            return self
        if self.browser_address:
            why = "names another browser than browser_session_id; leave one of them out"
            raise _field_error(type(self).__name__, "browser_address", why)
        for name in sorted(SessionFields.__optional_keys__ & self.model_fields_set):
            why = "belongs to the browser session; give it where that is opened"
            raise _field_error(type(self).__name__, name, why)
        return self

    @model_validator(mode="after")
    def _can_go_on(self) -> TaskRequest:
        """A run goes on only where its page is still there, and where its engine can begin in its midst."""
        if not self.resumable:
            return self
        if not self.browser_session_id:
            why = "needs browser_session_id: of a killed run only the browser of a session is still there"
            raise _field_error(type(self).__name__, "resumable", why)
        if self.run_with == "code":
            why = "is for runs that an agent carries out; leave it out, or leave out run_with"
            raise _field_error(type(self).__name__, "resumable", why)
        return self

    def _forget_what_is_unknown(self) -> None:
        for extra, where in ((self.model_extra, ""), (self.model and self.model.model_extra, "model.")):
            for key in list(extra or {}):
                self._warnings.append(f"{where}{key}: unknown, ignored")
            (extra or {}).clear()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the caller should know about how the request was understood."""
        return tuple(self._warnings)

    @property
    def rules(self) -> NetworkPolicy:
        """Which hosts the run may go to."""
        public = not self._private_hosts
        return NetworkPolicy.of(self.allowed_domains or (), self.blocked_domains or (), public=public)

    @property
    def output(self) -> OutputSpec:
        """The output that is asked for."""
        match self.data_extraction_schema:
            case dict() as schema:
                return OutputSpec(schema=schema)
            case wish:
                return OutputSpec(wish=wish or "")

    @property
    def steps(self) -> int:
        """How many steps the run may take."""
        return self.max_steps or DEFAULT_STEPS

    @property
    def run_type(self) -> RunType:
        """The run type that belongs to the engine asked for, whichever serves in the end."""
        return spec_of(self.engine).run_type

    def masked(self) -> dict[str, Any]:
        """The request as it may be stored and shown: JSON values, secrets replaced by `***`."""
        shown = self.model_dump(mode="json", exclude={"secrets"})
        shown["secrets"] = {name: secret.shown() for name, secret in (self.secrets or {}).items()} or None
        for headers in (shown["extra_http_headers"], shown["cdp_connect_headers"]):
            _mask_values(headers)
        if self.model is not None:
            if self.model.api_key is not None:
                shown["model"]["api_key"] = MASK
            _mask_values(shown["model"]["headers"])
            shown["model"]["extra_body"] = masked_texts(shown["model"]["extra_body"])
            _mask_addresses(shown["model"], "base_url", path=True)
        if isinstance(self.proxy_location, ProxyAddress):
            _mask_addresses(shown["proxy_location"], "url")
        shown["prompt"] = addresses_masked(self.prompt)
        _mask_addresses(shown, "url")
        _mask_addresses(shown, "browser_address", "webhook_url", "totp_url", path=True)
        return shown


def _mask_values(table: dict[str, Any] | None) -> None:
    for key in table or {}:
        table[key] = MASK  # type: ignore[index]  # the loop runs only where there is a table


def _mask_addresses(table: dict[str, Any], *fields: str, path: bool = False) -> None:
    for field in fields:
        if table[field]:
            table[field] = with_credentials_masked(table[field], path=path)


def _field_error(title: str, field: str, why: str) -> ValidationError:
    return ValidationError.from_exception_data(
        title,
        [{"type": "value_error", "loc": (field,), "input": None, "ctx": {"error": ValueError(why)}}],
    )


def bad_request(error: ValidationError) -> BadRequest:
    """The first mistake as one sentence that names its field; values are not repeated in it."""
    first = error.errors(include_url=False, include_input=False)[0]
    # A union's branches and validators' names are no part of the field.
    parts = [str(part) for part in first["loc"] if re.fullmatch(r"[a-z_0-9]+", str(part))]
    why = str(first.get("ctx", {}).get("error", "")) or _in_plain_words(first["type"], first["msg"])
    return BadRequest(".".join(parts) or "request", why)


def _in_plain_words(kind: str, message: str) -> str:
    if kind == "missing":
        return "is missing"
    message = message.replace("Input should", "must").replace("String should", "must")
    return message[:1].lower() + message[1:]
