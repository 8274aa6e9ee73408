"""The contract: what a task is (`TaskRequest`) and what a run answers (`TaskRun`).

The library's border: everything that comes in is checked here, once. Field names are those of the
published run-task API, ours stand beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict
from urllib.parse import urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from agent_core.budget import DEFAULT_STEPS
from agent_core.errors import BadRequest
from agent_core.hosts import is_own_host
from agent_core.schema import BadSchema, wanted_output
from agent_core.secrets import SecretField, SecretLabel, SecretRequest
from browser.rules import Rules
from engines.registry import DEFAULT_ENGINE, spec_of
from engines.spec import RunType

MASK = "***"
LONGEST_URL = 2083

Status = Literal["created", "queued", "running", "completed", "terminated", "failed", "timed_out", "canceled"]
FINAL: frozenset[Status] = frozenset({"completed", "terminated", "failed", "timed_out", "canceled"})

FailureCode = Literal[
    "REACH_MAX_STEPS",
    "BUDGET_TOKENS",
    "BUDGET_COST",
    "STUCK",
    "GAVE_UP",
    "OUTPUT_INVALID",
    "NAVIGATION_FAILED",
    "BROWSER_LOST",
    "OTP_TIMEOUT",
    "NEEDS_USER",
    "BLOCKED",
    "MODEL_UNREACHABLE",
    "MODEL_REFUSED",
    "MODEL_TRUNCATED",
    "MODEL_UNUSABLE",
    "INTERRUPTED",
]
"""Why a run ended as `failed`: the `error_code` of its first system-defined error."""

Caller = Literal["library", "cli", "http"]
"""Who asks: `file:` addresses are for callers on this machine alone."""


# --- what a value may be -------------------------------------------------------------------------


def scheme_of(address: str) -> str:
    """The scheme an address begins with, lower case; "" for `example.com:8080`, which has none."""
    found = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):(?!\d)", address)
    return found.group(1).lower() if found else ""


def _web_address(text: str, caller: str = "library") -> str:
    """An address a browser can open, with a scheme."""
    text = text.strip()
    if not scheme_of(text):
        text = f"{'http' if is_own_host(text) else 'https'}://{text.removeprefix('//')}"
    parts = urlsplit(text)
    if parts.scheme == "file":
        if caller not in ("library", "cli"):
            raise ValueError("file: addresses are only for callers on this machine; use http or https")
        return text
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{parts.scheme}: addresses cannot be opened; use http, https or file")
    if not parts.hostname or re.search(r"[\s<>\"{}|\\^`]", parts.netloc):
        raise ValueError(f"{text!r} names no host; write it like https://example.com/page")
    _ = parts.port  # raises ValueError where it is no port
    if len(text) > LONGEST_URL:
        raise ValueError(f"is longer than {LONGEST_URL} characters")
    return text


def posted_to(text: str) -> str:
    """An address that something can be posted to: http or https, with a scheme."""
    if scheme_of(text.strip()) == "file":
        raise ValueError("file: addresses cannot be posted to; use http or https")
    return _web_address(text)


def _webhook(text: str | None) -> str | None:
    """Blank is how some clients say that there is none."""
    return posted_to(text) if text and text.strip() else None


def _cdp_address(text: str) -> str:
    """Where a running Chromium listens, with a scheme."""
    text = text.strip()
    if "://" not in text:
        text = f"http://{text}"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        raise ValueError(
            "must be http(s)://, ws(s):// or host:port of a browser's DevTools endpoint, "
            "such as http://127.0.0.1:9222"
        )
    _ = parts.port
    return text


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise ValueError(f"{name!r} is no header name")
        if re.search(r"[\r\n\0]", value):
            raise ValueError(f"the value of {name!r} holds a line break")
    return headers


def _model(value: object) -> object:
    """A name alone will do; `{}` is how some clients say that nothing is meant."""
    if value in ("", {}):
        return None
    return {"model_name": value} if isinstance(value, str) else value


def _clamp_scrolls(value: int) -> int:
    return min(max(value, 0), 1000)


def _timezone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError(f"{name!r} is no time zone; write it like Europe/Berlin") from error
    return name


def _recordings(value: object) -> object:
    """Also as true or false, as one name, names with commas, or as `{"video": true}`."""
    match value:
        case bool():
            return ("video",) if value else ()
        case str():
            return tuple(name.strip() for name in value.split(",") if name.strip())
        case Mapping():
            return tuple(name for name, wanted in value.items() if wanted)
        case _:
            return value


def _viewport(value: object) -> object:
    """Also as `{"width": 1280, "height": 720}`."""
    if isinstance(value, Mapping) and value.keys() == {"width", "height"}:
        return (value["width"], value["height"])
    return value


Headers = Annotated[dict[str, str], AfterValidator(_headers)]
Recorded = Literal["video", "har", "bodies", "trace"]
Side = Annotated[int, Field(ge=100, le=8000)]


class GeoTarget(BaseModel):
    """A place to go out from."""

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
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https", "socks5") or not parts.hostname:
            raise ValueError("must be like http://user:password@host:port (http, https or socks5)")
        _ = parts.port
        if parts.scheme == "socks5" and parts.username:
            raise ValueError("Chromium cannot log in to a SOCKS5 proxy; use one without a password, or http")
        return url


class ModelRequest(BaseModel):
    """Which model this task is to use; what is absent comes from Settings."""

    model_config = ConfigDict(extra="allow", protected_namespaces=(), hide_input_in_errors=True)

    model_name: str | None = None
    provider: Literal["openai", "anthropic"] | None = None
    base_url: str | None = None
    api_key: SecretStr | None = None
    headers: dict[str, str] | None = Field(default=None, repr=False)
    extra_body: dict[str, Any] | None = None
    temperature: float | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, ge=1)
    context_tokens: int | None = Field(default=None, ge=1)
    coordinates: Literal["auto", "norm1000", "resized"] | None = None

    @field_validator("base_url")
    @classmethod
    def _is_an_endpoint(cls, url: str | None) -> str | None:
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ValueError("must be an http(s) address, such as http://127.0.0.1:11434/v1")
        return url or None

    @property
    def names_one(self) -> bool:
        """Whether it says which model to use, by itself."""
        return bool(self.model_name or self.base_url)

    def given(self) -> dict[str, Any]:
        """What was asked for, the key in clear: for `Settings.model_settings`, never to be shown."""
        known = self.model_dump(include=set(type(self).model_fields), exclude_none=True)
        if self.api_key is not None:
            known["api_key"] = self.api_key.get_secret_value()
        return known


# --- the request ---------------------------------------------------------------------------------


class TaskRequest(BaseModel):
    """What is asked for. Only `prompt` is needed; null anywhere else means its default.

    Raises `pydantic.ValidationError`; `TaskRequest.of` raises `BadRequest` with one sentence.
    """

    model_config = ConfigDict(extra="allow", validate_default=False, hide_input_in_errors=True)

    prompt: str
    """The task in plain words."""
    url: str | None = None
    """Where to begin. Without a scheme https is put in front, http for localhost and IP addresses."""
    engine: str = DEFAULT_ENGINE
    title: str | None = None
    """Kept and shown; nothing else."""
    proxy_location: ProxyAddress | GeoTarget | str | None = None
    data_extraction_schema: dict[str, Any] | str | None = None
    """JSON Schema the output must be valid against, or a wish in words; see `agent_core.schema`."""
    error_code_mapping: dict[str, str] | None = None
    """Own codes for ways to fail, code -> meaning."""
    max_steps: int | None = Field(default=None, ge=1)
    """None: 25. A step is one cycle of looking, deciding, acting and checking."""
    webhook_url: Annotated[str | None, AfterValidator(_webhook)] = None
    """Where the result is posted when the run has ended, however it has; see `agent_core.webhook`."""
    totp_identifier: str | None = None
    """Codes that are pushed for this (an e-mail address, a phone number, any name) are typed in this run."""
    totp_url: Annotated[str | None, AfterValidator(_webhook)] = None
    """Asked for one-time codes by a signed POST; see `agent_core.codes`."""
    browser_session_id: str | None = None
    """A browser that stays between runs; without `url` the run goes on from its page in front."""
    browser_profile_id: str | None = None
    """Id or name of a profile that is laid under the run, and saved at its end."""
    model: Annotated[ModelRequest | None, BeforeValidator(_model)] = None
    extra_http_headers: Headers | None = Field(default=None, repr=False)
    """Sent to the origin of `url` and to `header_hosts`, never to others."""
    header_hosts: list[str] | None = None
    """Further hosts that `extra_http_headers` are sent to."""
    publish_workflow: bool = False
    """Keep the run, once it is completed, as a workflow that can be run again with other values."""
    include_action_history_in_verification: bool = False
    max_screenshot_scrolls: Annotated[int, AfterValidator(_clamp_scrolls)] = 0
    """Clamped to 0..1000; 0: pictures of the viewport only."""
    browser_address: Annotated[str, AfterValidator(_cdp_address)] | None = None
    """DevTools endpoint of a running Chromium to work in, in a tab of our own."""
    cdp_connect_headers: Headers | None = Field(default=None, repr=False)
    run_with: Literal["agent", "code"] = "agent"
    """`code`: do the recording of the same task again, without a model where the page allows it."""

    timeout_s: float | None = Field(default=None, gt=0)
    """Wall clock for the whole run, seconds; None: no limit."""
    max_tokens_total: int | None = Field(default=None, ge=1)
    max_cost_usd: float | None = Field(default=None, gt=0)
    allowed_domains: list[str] | None = None
    """The only hosts that documents are opened from; how they are written: `browser.rules`."""
    blocked_domains: list[str] | None = None
    """Hosts that nothing is asked of, with all that lie below them."""
    secrets: dict[SecretLabel, SecretField] | None = Field(default=None, repr=False)
    """Name -> value, or where it is found and where it may be typed; see `agent_core.secrets`."""
    files: list[str] | None = None
    """Paths of files that may be uploaded; the engine knows them by their names."""
    record: Annotated[tuple[Recorded, ...], BeforeValidator(_recordings)] = ()
    """`video`, `har` (what was asked of the network), `bodies` (a HAR with what was sent and answered),
    `trace` (Playwright's own); true is a video."""
    viewport: Annotated[tuple[Side, Side], BeforeValidator(_viewport)] = (1280, 720)
    """Width and height in CSS pixels."""
    locale: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
    timezone: Annotated[str, AfterValidator(_timezone)] | None = None
    """IANA name, such as `Europe/Berlin`."""
    device_scale_factor: float = Field(default=1.0, gt=0, le=8)

    _warnings: list[str] = PrivateAttr(default_factory=list)

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
        return changed

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
    def _names_an_engine(cls, engine: str) -> str:
        return engine.strip() or DEFAULT_ENGINE

    @field_validator("url")
    @classmethod
    def _can_be_opened(cls, url: str | None, info: ValidationInfo) -> str | None:
        if not url or not url.strip():
            return None
        return _web_address(url, (info.context or {}).get("caller", "library"))

    @field_validator("allowed_domains", "blocked_domains")
    @classmethod
    def _are_hosts(cls, names: list[str] | None) -> list[str] | None:
        Rules.of(names or (), ())
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
        if isinstance(given, Mapping) and given.get("data_extraction_schema") is not None:
            try:
                wanted = wanted_output(given["data_extraction_schema"])
            except BadSchema as error:
                raise _field_error(cls.__name__, "data_extraction_schema", str(error)) from error
            given = {**given, "data_extraction_schema": wanted.schema or wanted.wish or None}
        request: TaskRequest = handler(given)
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
    def rules(self) -> Rules:
        """Which hosts the run may go to."""
        return Rules.of(self.allowed_domains or (), self.blocked_domains or ())

    @property
    def output_schema(self) -> dict[str, Any] | None:
        """The JSON Schema of the output; None: none was given."""
        return self.data_extraction_schema if isinstance(self.data_extraction_schema, dict) else None

    @property
    def output_wish(self) -> str:
        """The wish for the output in words; "" where there is none."""
        return self.data_extraction_schema if isinstance(self.data_extraction_schema, str) else ""

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
        if isinstance(self.proxy_location, ProxyAddress):
            shown["proxy_location"]["url"] = without_password(self.proxy_location.url)
        for field in ("url", "browser_address", "webhook_url"):
            shown[field] = without_password(shown[field]) if shown[field] else None
        return shown


class SessionFields(TypedDict, total=False):
    """The fields of a `TaskRequest` that a browser session has for all runs in it."""

    browser_profile_id: str | None
    proxy_location: str | Mapping[str, Any] | ProxyAddress | GeoTarget | None
    viewport: tuple[int, int] | Mapping[str, int] | None
    locale: str | None
    timezone: str | None
    device_scale_factor: float | None


class TaskFields(TypedDict, total=False):
    """The fields of a `TaskRequest` as keyword arguments: what `run_task` takes beside the prompt."""

    title: str | None
    proxy_location: str | Mapping[str, Any] | ProxyAddress | GeoTarget | None
    data_extraction_schema: Mapping[str, Any] | list[Any] | str | type | None
    error_code_mapping: Mapping[str, str] | None
    max_steps: int | None
    webhook_url: str | None
    totp_identifier: str | None
    totp_url: str | None
    browser_session_id: str | None
    browser_profile_id: str | None
    model: Mapping[str, Any] | ModelRequest | str | None
    extra_http_headers: Mapping[str, str] | None
    header_hosts: list[str] | None
    publish_workflow: bool | None
    include_action_history_in_verification: bool | None
    max_screenshot_scrolls: int | None
    browser_address: str | None
    cdp_connect_headers: Mapping[str, str] | None
    run_with: str | None
    timeout_s: float | None
    max_tokens_total: int | None
    max_cost_usd: float | None
    allowed_domains: list[str] | None
    blocked_domains: list[str] | None
    secrets: Mapping[str, Any] | None
    files: list[str] | None
    record: bool | str | Sequence[str] | Mapping[str, bool] | None
    viewport: tuple[int, int] | Mapping[str, int] | None
    locale: str | None
    timezone: str | None
    device_scale_factor: float | None


def _mask_values(table: dict[str, Any] | None) -> None:
    for key in table or {}:
        table[key] = MASK  # type: ignore[index]  # the loop runs only where there is a table


def without_password(url: str) -> str:
    """The address with what stands before the @ masked."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=f"{MASK}@{parts.netloc.rpartition('@')[2]}"))


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


# --- the run -------------------------------------------------------------------------------------


class FileInfo(BaseModel):
    """A file that the run downloaded."""

    url: str
    """Where it lies now; without a server a `file://` URI in the run folder."""
    filename: str
    checksum: str | None = None
    """SHA-256, hex."""
    size: int | None = None
    """Bytes."""
    modified_at: datetime | None = None


class ScriptRun(BaseModel):
    """How the replay of a recorded script went."""

    ai_fallback_triggered: bool = False
    """Whether an agent had to do a step."""
    script_id: str | None = None
    replayed: bool = True
    """False: there was no recording yet; the agent did the task, and it is recorded now."""
    healed: list[str] = Field(default_factory=list)
    """Steps whose element was not what it had been, and what it is now."""
    worked_out: list[str] = Field(default_factory=list)
    """Parts of the prompt (`the cheapest`, a sum) that the rules which made the recording carried out anew,
    since what they ask for follows from the page."""
    fallbacks: list[str] = Field(default_factory=list)
    """What the agent was needed for, and why."""


class RunError(BaseModel):
    """One reason why a run did not complete."""

    error_code: str
    """Ours, or one of the caller's `error_code_mapping`."""
    reasoning: str
    confidence_float: float = 1.0
    """0 to 1."""
    error_type: Literal["SYSTEM_DEFINED_ERROR", "USER_DEFINED_ERROR"] = "SYSTEM_DEFINED_ERROR"
    pointer: str | None = None
    """JSON pointer into `output`, where it is about one place there."""


class RunUsage(BaseModel):
    """What the run used of a model; all zero without one."""

    model_config = ConfigDict(protected_namespaces=())

    model: str = ""
    model_calls: int = 0
    failed_calls: int = 0
    """Calls that were not answered, made again ones too."""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float | None = None
    """None: no price is known for the model."""


class ActionRecord(BaseModel):
    """One action of a step, and what came of it."""

    action: dict[str, Any]
    """Its kind under `type`, then its fields."""
    did: str = ""
    problem: str = ""
    effect: str = ""
    shown: str | None = None
    took_ms: float = 0.0


class StepRecord(BaseModel):
    """One cycle of looking, deciding, acting and checking, as it is kept in the run folder."""

    number: int
    """1, 2, ..."""
    url: str = ""
    title: str = ""
    digest: str = ""
    """Names what the page looked like at the start of the step; the same for the same look."""
    decision: Literal["", "act", "look", "ask_user", "finish", "give_up"] = ""
    """"" where the step ended before there was one."""
    thought: str = ""
    actions: list[ActionRecord] = Field(default_factory=list)
    effect: str = ""
    """What had changed on the page since the step before."""
    nudge: str = ""
    complaint: str = ""
    """What was wrong with the step's decision, as the engine hears it on its next turn."""
    ms: dict[str, float] = Field(default_factory=dict)
    """Milliseconds by phase: observe, decide, act, check, picture."""
    screenshot: str | None = None
    """File of the page after the step, relative to the run folder."""


class ValueSource(BaseModel):
    """Where an extracted value was read."""

    url: str
    text: str
    """The text it stands in."""
    ref: str = ""
    """The element that holds the text; "" where it is only known to be on the page."""


class WebhookDelivery(BaseModel):
    """How the run's result reached its webhook. It says nothing of how the run went."""

    url: str
    """Where it was sent; a password in it masked."""
    delivered: bool
    attempts: int = 0
    status_code: int | None = None
    """Of the last answer; None: none came."""
    problem: str = ""
    """Why it was not delivered; "" where it was."""
    signed: bool = False
    latency_ms: float = 0.0
    """All attempts and the waits between them."""
    at: datetime


class TaskRun(BaseModel):
    """What a run answers, at any moment of its life."""

    run_id: str
    status: Status
    created_at: datetime
    modified_at: datetime
    run_type: RunType
    output: Any = None
    """The last answer as it was; `completed` only where it is valid against the schema."""
    downloaded_files: list[FileInfo] | None = None
    recording_url: str | None = None
    """The video."""
    screenshot_urls: list[str] | None = None
    """Newest first, the last 10."""
    failure_reason: str | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    app_url: str | None = None
    browser_session_id: str | None = None
    browser_profile_id: str | None = None
    max_screenshot_scrolls: int | None = None
    script_run: ScriptRun | None = None
    errors: list[RunError] | None = None
    step_count: int | None = None
    run_request: dict[str, Any] | None = None
    """The request, secrets masked."""

    usage: RunUsage = Field(default_factory=RunUsage)
    steps: list[StepRecord] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    provenance: dict[str, ValueSource | None] = Field(default_factory=dict)
    """JSON pointer into `output` -> where that value was read; null: nowhere on the pages seen."""
    har_url: str | None = None
    """What the run's pages asked of the network, as a HAR file."""
    trace_url: str | None = None
    """For Playwright's trace viewer."""
    folder: str | None = None
    """The run folder."""
    webhook: WebhookDelivery | None = None
    """How the last delivery went; null: none was asked for, or it has not ended."""

    @property
    def final(self) -> bool:
        """Whether it has ended."""
        return self.status in FINAL

    @property
    def failure_code(self) -> str | None:
        """The code of what ended a run that failed (see `FailureCode`); None for all others."""
        if self.status != "failed":
            return None
        ours = (error.error_code for error in self.errors or () if error.error_type == "SYSTEM_DEFINED_ERROR")
        return next(ours, None)
