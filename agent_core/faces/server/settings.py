"""What is set once for a server or a worker: by options, else by environment variables, else by defaults."""

from __future__ import annotations

from functools import cached_property, lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator

from agent_core import BadRequest, Settings
from agent_core.config import environment_variable
from agent_core.task.addresses.hosts import HostName

VARIABLES = {
    "host": "AGENT_CORE_HOST",
    "port": "AGENT_CORE_PORT",
    "public_url": "AGENT_CORE_PUBLIC_URL",
    "database_url": "AGENT_CORE_DATABASE_URL",
    "secret": "AGENT_CORE_SERVER_SECRET",
    "concurrency": "AGENT_CORE_CONCURRENCY",
    "stop_grace_s": "AGENT_CORE_STOP_GRACE_S",
    "lease_s": "AGENT_CORE_LEASE_S",
    "most_running_per_key": "AGENT_CORE_RUNNING_PER_KEY",
    "most_queued_per_key": "AGENT_CORE_QUEUED_PER_KEY",
    "requests_per_minute": "AGENT_CORE_REQUESTS_PER_MINUTE",
    "max_body_mb": "AGENT_CORE_MAX_BODY_MB",
    "max_sent_file_mb": "AGENT_CORE_MAX_SENT_FILE_MB",
    "sent_files_space_mb": "AGENT_CORE_SENT_FILES_SPACE_MB",
    "most_streams_per_key": "AGENT_CORE_STREAMS_PER_KEY",
    "allow_private": "AGENT_CORE_ALLOW_PRIVATE",
    "browser_hosts": "AGENT_CORE_BROWSER_HOSTS",
}
"""Setting -> the environment variable that it is read from."""


def host_names(given: Any) -> tuple[HostName, ...]:
    """The hosts of a text that names them with commas, or of a list.

    Raises:
        ValueError: One of them is no host.
    """
    names = given.split(",") if isinstance(given, str) else given
    return tuple(
        each if isinstance(each, HostName) else HostName.read(each)
        for each in names
        if isinstance(each, HostName) or each.strip()
    )


class ServerSettings(BaseModel):
    """The surroundings of a server. Everything has a default that works without any setting."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    library: Settings = Field(default_factory=Settings)
    """What the runs themselves are carried out with; its `data_folder` holds the run folders, too."""
    host: str = "127.0.0.1"
    """Address to listen at. Any other than a loopback address needs an API key."""
    port: int = Field(default=8000, ge=0, le=65535)
    """0: any that is free."""
    public_url: str = ""
    """Where others reach the server, for the links in answers; "": as each request came in."""
    database_url: str = ""
    """`postgresql://...` or `sqlite:///...`; "": an SQLite file in the data folder."""
    secret: SecretStr = SecretStr("")
    """What kept requests are encrypted and links are signed with; "": a key in a file of the data folder,
    which only its owner can read. Machines that share a database share this."""
    concurrency: int = Field(default=2, ge=0, le=256)
    """The most runs at once in this process; 0: it only queues."""
    poll_s: float = Field(default=0.5, gt=0)
    """How often a worker looks at what others have queued and canceled, seconds."""
    lease_s: float = Field(default=30.0, gt=0)
    """After so many seconds without a sign of life, a worker's runs are ended as interrupted."""
    stop_grace_s: float = Field(default=30.0, ge=0)
    """How long running runs may go on when the server is asked to stop, seconds."""
    most_running_per_key: int = Field(default=0, ge=0)
    """The most runs at once of one API key; 0: no limit but `concurrency`."""
    most_queued_per_key: int = Field(default=10_000, ge=1)
    """The most runs of one API key that wait."""
    requests_per_minute: int = Field(default=6000, ge=1)
    """The most requests of one API key in a minute."""
    max_body_mb: float = Field(default=4.0, gt=0)
    """The largest body of a request, in millions of bytes; uploads have their own limit."""
    max_sent_file_mb: float = Field(default=100.0, gt=0)
    """The largest file that is sent for runs to upload, in millions of bytes."""
    sent_files_space_mb: float = Field(default=10_000.0, gt=0)
    """The space of all files that were sent and are kept, in millions of bytes."""
    most_streams_per_key: int = Field(default=100, ge=1)
    """The most runs that one API key watches at the same time, in each process."""
    allow_private: bool | None = None
    """Whether tasks may go to this machine and to private networks; None: only while nobody but this machine
    reaches the server."""

    browser_hosts: Annotated[tuple[HostName, ...], BeforeValidator(host_names)] = ()
    """Hosts at which runs may join browsers (`browser_address`) that callers over the network name:
    `browsers.example.com, *.example.com, 10.0.0.5:9222`. Where only this machine reaches the server, any may
    be named."""

    @classmethod
    def from_env(cls, **options: Any) -> ServerSettings:
        """Read the environment; an option that is not None comes before its variable.

        Raises:
            BadRequest: A value cannot be used; names its variable.
        """
        found = {field: environment_variable(name) for field, name in VARIABLES.items()}
        given: dict[str, Any] = {
            field: value.strip() for field, value in found.items() if value and value.strip()
        }
        given |= {field: value for field, value in options.items() if value is not None}
        given.setdefault("library", Settings.from_env())
        try:
            return cls.model_validate(given)
        except ValueError as error:
            raise BadRequest(*_first_of(error)) from error

    @property
    def folder(self) -> Path:
        """Where the server keeps its own files."""
        return self.library.data_folder / "server"

    @property
    def address(self) -> str:
        """The server's own address, as a browser on this machine would write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @cached_property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches the server: it listens at a loopback address, and no other
        address is named under which a proxy hands requests on to it."""
        named = urlsplit(self.public_url).hostname if self.public_url else "localhost"
        return is_loopback(self.host) and is_loopback(named or "")

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        text = text.strip().rstrip("/")
        parts = urlsplit(text)
        if text and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be an http or https address, such as https://agent.example.com")
        return text

    @property
    def public_origin(self) -> str:
        """The origin of the address under which others reach the server; "": none was named."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @cached_property
    def for_runs(self) -> Settings:
        """What runs and sessions are carried out with that were asked for over the network."""
        limits = {"named_files": False, "private_hosts": self.private_allowed and self.library.private_hosts}
        return self.library.model_copy(update=limits)

    @property
    def joins_any_browser(self) -> bool:
        """Whether a task may name any browser: only this machine's own user asks."""
        return self.is_loopback and self.private_allowed

    @property
    def private_allowed(self) -> bool:
        """Whether a task may name addresses of this machine and of private networks."""
        return self.is_loopback if self.allow_private is None else self.allow_private


@lru_cache(maxsize=100)
def is_loopback(host: str) -> bool:
    """Whether it is a name or an address of this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _first_of(error: ValueError) -> tuple[str, str]:
    """The name of the first value that cannot be used, as its owner knows it, and what is wrong with it."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return "settings", str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    field = str(first["loc"][0]) if first["loc"] else "settings"
    return VARIABLES.get(field, field), first["msg"].replace("Input should", "must")
