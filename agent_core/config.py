"""What is set once for a machine or a program, and the only place that reads the environment.

Nothing is read at import. A caller passes `settings=`; where it does not, `Settings.from_env()` is
read once for that call.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from agent_core.errors import BadRequest
from engines.protocol import ModelSettings, ProviderName, Usage


class Price(BaseModel):
    """What a model costs, in USD per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float
    output: float
    cached: float | None = None
    """Input tokens that the provider's cache served; None: as `input`."""
    cache_write: float | None = None
    """Input tokens that were written to the provider's cache; None: as `input`."""

    def of(self, usage: Usage) -> float:
        """What this much use costs, in USD."""
        cached_price = self.input if self.cached is None else self.cached
        write_price = self.input if self.cache_write is None else self.cache_write
        fresh_tokens = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
        millionths = (
            fresh_tokens * self.input
            + usage.cached_tokens * cached_price
            + usage.cache_write_tokens * write_price
            + usage.output_tokens * self.output
        )
        return millionths / 1_000_000


class Settings(BaseModel):
    """The surroundings of a run. Everything has a default that works without any setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = ""
    """Name of the model, as its endpoint calls it (`AGENT_CORE_MODEL`); "" and no `base_url`: none."""
    provider: ProviderName | None = None
    """Protocol the model speaks (`AGENT_CORE_PROVIDER`); None: that of the key that is set."""
    base_url: str = ""
    """Where the model is served (`AGENT_CORE_BASE_URL`); "": the provider's own address."""
    api_key: SecretStr = SecretStr("")
    """`AGENT_CORE_API_KEY`; "": the provider's own key below."""
    openai_api_key: SecretStr = SecretStr("")
    """`OPENAI_API_KEY`."""
    openai_base_url: str = ""
    """`OPENAI_BASE_URL`; with a model of provider `openai` and no `base_url`."""
    anthropic_api_key: SecretStr = SecretStr("")
    """`ANTHROPIC_API_KEY`."""
    prices: dict[str, Price] = Field(default_factory=dict)
    """Model name -> price (`AGENT_CORE_PRICES`, JSON or the path of a JSON file)."""

    webhook_key: SecretStr = SecretStr("")
    """What webhooks are signed with (`AGENT_CORE_WEBHOOK_KEY`); "": they are sent unsigned."""

    home: Path | None = None
    """Where runs and browser sessions are kept (`AGENT_CORE_HOME`); None: the user's data directory."""
    browser: str = ""
    """Path of a Chromium executable (`AGENT_CORE_BROWSER`); "": the one that is found."""
    browser_channel: str = ""
    """`chrome`, `msedge` and the like (`AGENT_CORE_BROWSER_CHANNEL`); "": any."""
    headless: bool = True
    """False shows the browser's window (`AGENT_CORE_HEADLESS=0`)."""
    ignore_https_errors: bool = False
    """True opens sites whose certificate is not trusted (`AGENT_CORE_IGNORE_HTTPS_ERRORS=1`).

    It holds in browsers that are started for a run, and in sessions that are opened with it."""
    proxies: dict[str, str] = Field(default_factory=dict)
    """Location -> proxy address (`AGENT_CORE_PROXIES`, JSON or the path of a JSON file).

    A key is a name (`RESIDENTIAL_DE`) or a place: `US`, `US-CA`, `US-CA-San Francisco`.
    """
    max_download_mb: float = Field(default=1000.0, gt=0)
    """The most that a run's downloads may come to, in millions of bytes (`AGENT_CORE_MAX_DOWNLOAD_MB`)."""
    max_upload_mb: float = Field(default=2000.0, gt=0)
    """The largest file that a run may hand over, in millions of bytes (`AGENT_CORE_MAX_UPLOAD_MB`)."""
    search_url: str = ""
    """Where a task without an address begins (`AGENT_CORE_SEARCH_URL`); `{query}` is the prompt."""
    profile_key: SecretStr = SecretStr("")
    """What browser profiles are encrypted with (`AGENT_CORE_PROFILE_KEY`): a Fernet key, or
    `keyring:SERVICE/USERNAME`; "": they are not."""
    launch_timeout_s: float = Field(default=30.0, gt=0)
    """How long a browser is given to start, or to let us in (`AGENT_CORE_LAUNCH_TIMEOUT_S`)."""
    page_timeout_s: float = Field(default=30.0, gt=0)
    """How long a page may answer nothing: when its address is opened, and when it is read or acted in; then a
    page of more than 10,000 elements so long for each 10,000, 20 times at most (`AGENT_CORE_PAGE_TIMEOUT_S`).
    """
    answer_timeout_s: float = 300.0
    """How long a run waits for `Run.answer` before it ends as `NEEDS_USER`."""
    take_over_lapses_s: float = Field(default=20.0, gt=0)
    """How long a person who took over a page may give no sign of life before the agent has it again."""
    code_timeout_s: float = 900.0
    """How long a run waits for a one-time code before it ends as `OTP_TIMEOUT`."""
    code_interval_s: float = 10.0
    """How often `totp_url` is asked meanwhile."""
    named_files: bool = True
    """False: only files that were given with the task are uploaded, and none because the prompt names it
    (`AGENT_CORE_NAMED_FILES=0`)."""
    private_hosts: bool = True
    """False: runs and sessions go to no host of this machine and of private networks, wherever pages lead
    (`AGENT_CORE_PRIVATE_HOSTS=0`)."""
    screenshots: bool = True
    """Whether a picture is kept after every step (`AGENT_CORE_SCREENSHOTS=0`)."""

    trace_contents: bool = False
    """Whether spans of OpenTelemetry hold prompts, thoughts, outputs and what pages say, secrets masked
    (`AGENT_CORE_TRACE_CONTENTS=1`)."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment, or what is given in its place.

        Raises:
            BadRequest: A variable holds what cannot be used; names the variable.
        """
        env = os.environ if environ is None else environ
        env = {name: value.strip() for name, value in env.items() if value.strip()}
        texts = {field: env[name] for name, field in TEXTS.items() if name in env}
        flags = {field: _flag(name, env[name]) for name, field in FLAGS.items() if name in env}
        tables = {field: _table(name, env[name]) for name, field in TABLES.items() if name in env}
        try:
            return cls.model_validate({**texts, **flags, **tables})
        except ValueError as error:
            raise BadRequest("settings", _first_line_of(error)) from error

    @property
    def data_folder(self) -> Path:
        """Where all that is kept lies: `home`, or the user's data directory."""
        from platformdirs import user_data_path

        return self.home or user_data_path("agent-core", appauthor=False)

    @property
    def has_model(self) -> bool:
        """Whether a model is configured. A key alone is none: nobody is charged by surprise."""
        return bool(self.model or self.base_url)

    def model_settings(self, request: Mapping[str, Any] | None = None) -> ModelSettings | None:
        """The model to talk to, the request's own settings first; None: none is configured.

        Raises:
            BadRequest: A key is needed and not set; names the variable to set.
        """
        asked = {key: value for key, value in (request or {}).items() if value is not None}
        if not self.has_model and not (asked.get("model_name") or asked.get("base_url")):
            return None
        name = str(asked.get("model_name") or self.model)
        provider: ProviderName = asked.get("provider") or self.provider or self._provider_of(name)
        own_endpoint = asked.get("base_url") or self.base_url
        base_url = str(own_endpoint or (self.openai_base_url if provider == "openai" else ""))
        settings = _checked(
            **{
                **asked,
                "model_name": name,
                "provider": provider,
                "base_url": base_url,
                "api_key": str(asked.get("api_key") or self._key(provider, base_url)),
            }
        )
        if not settings.api_key and not base_url:
            variable = "ANTHROPIC_API_KEY" if provider == "anthropic" else "OPENAI_API_KEY"
            raise BadRequest(
                "model.api_key",
                f"no key for {provider}: set {variable}, or base_url for a server of your own",
            )
        return settings

    def provider_settings(
        self, provider: ProviderName, request: Mapping[str, Any] | None = None
    ) -> ModelSettings | None:
        """The model of an engine that speaks to one provider only, whatever model other runs use.

        None: neither a key for it nor an endpoint of one's own is known.
        """
        asked = {key: value for key, value in (request or {}).items() if value is not None}
        base_url = str(asked.get("base_url") or (self.openai_base_url if provider == "openai" else ""))
        key = str(asked.get("api_key") or self._own_key(provider, base_url))
        if not key and not base_url:
            return None
        return _checked(**{"provider": provider, **asked, "base_url": base_url, "api_key": key})

    def checkpoint_settings(self, request: Mapping[str, Any] | None = None) -> ModelSettings | None:
        """The model of an engine that can also run a checkpoint itself, which needs no server and no key.

        None: neither a model nor an endpoint is known.
        """
        asked = {key: value for key, value in (request or {}).items() if value is not None}
        name = str(asked.get("model_name") or self.model)
        is_folder = bool(name) and Path(name).expanduser().is_dir()
        base_url = str(asked.get("base_url") or ("" if is_folder else self.base_url or self.openai_base_url))
        if not name and not base_url:
            return None
        key = str(asked.get("api_key") or (self._key("openai", base_url) if base_url else ""))
        return _checked(
            **{
                "provider": self.provider or "openai",
                **asked,
                "model_name": name,
                "base_url": base_url,
                "api_key": key,
            }
        )

    def _provider_of(self, model_name: str) -> ProviderName:
        if self.base_url or self.openai_api_key.get_secret_value():
            return "openai"
        return "anthropic" if self.anthropic_api_key.get_secret_value() else "openai"

    def _key(self, provider: ProviderName, base_url: str) -> str:
        if self.api_key.get_secret_value() and base_url in ("", self.base_url):
            return self.api_key.get_secret_value()
        return self._own_key(provider, base_url)

    def _own_key(self, provider: ProviderName, base_url: str) -> str:
        if base_url not in ("", self.openai_base_url):
            # A provider's key is for that provider: it is never sent to another address.
            return ""
        own = {"openai": self.openai_api_key, "anthropic": self.anthropic_api_key}
        return own[provider].get_secret_value() if provider in own else ""


TEXTS = {
    "AGENT_CORE_MODEL": "model",
    "AGENT_CORE_PROVIDER": "provider",
    "AGENT_CORE_BASE_URL": "base_url",
    "AGENT_CORE_API_KEY": "api_key",
    "OPENAI_API_KEY": "openai_api_key",
    "OPENAI_BASE_URL": "openai_base_url",
    "ANTHROPIC_API_KEY": "anthropic_api_key",
    "AGENT_CORE_WEBHOOK_KEY": "webhook_key",
    "AGENT_CORE_HOME": "home",
    "AGENT_CORE_BROWSER": "browser",
    "AGENT_CORE_BROWSER_CHANNEL": "browser_channel",
    "AGENT_CORE_SEARCH_URL": "search_url",
    "AGENT_CORE_MAX_DOWNLOAD_MB": "max_download_mb",
    "AGENT_CORE_MAX_UPLOAD_MB": "max_upload_mb",
    "AGENT_CORE_LAUNCH_TIMEOUT_S": "launch_timeout_s",
    "AGENT_CORE_PAGE_TIMEOUT_S": "page_timeout_s",
    "AGENT_CORE_PROFILE_KEY": "profile_key",
}
FLAGS = {
    "AGENT_CORE_HEADLESS": "headless",
    "AGENT_CORE_SCREENSHOTS": "screenshots",
    "AGENT_CORE_TRACE_CONTENTS": "trace_contents",
    "AGENT_CORE_IGNORE_HTTPS_ERRORS": "ignore_https_errors",
    "AGENT_CORE_NAMED_FILES": "named_files",
    "AGENT_CORE_PRIVATE_HOSTS": "private_hosts",
}
TABLES = {"AGENT_CORE_PROXIES": "proxies", "AGENT_CORE_PRICES": "prices"}


def environment_variable(name: str) -> str | None:
    """A variable that a task refers to by its name; None: it is not set."""
    return os.environ.get(name)


def _checked(**settings: Any) -> ModelSettings:
    """The settings of a model. Raises `BadRequest` for one that cannot be used, and names it."""
    from engines.models.transport.endpoint import BadSetting, check

    made = ModelSettings(**settings)
    try:
        check(made)
    except BadSetting as error:
        raise BadRequest(error.setting, error.why) from error
    return made


def _flag(name: str, text: str) -> bool:
    match text.strip().lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
        case _:
            raise BadRequest(name, f"{text!r} is neither 1 nor 0")


def _table(name: str, text: str) -> dict[str, Any]:
    """A JSON object, written out or in the file that is named."""
    try:
        given = text if text.lstrip().startswith("{") else Path(text).expanduser().read_text("utf-8")
        table = json.loads(given)
    except (OSError, ValueError) as error:
        why = f"neither a JSON object nor the path of a file that holds one: {error}"
        raise BadRequest(name, why) from error
    if not isinstance(table, dict):
        raise BadRequest(name, "must be a JSON object")
    return table


def _first_line_of(error: ValueError) -> str:
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}"
    return str(error)
