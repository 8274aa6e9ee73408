"""What a browser is started with, and what a session's pages are shown as."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from browser.network.policy import NetworkPolicy
from browser.redaction.secret_store import SecretStore


@dataclass(frozen=True, kw_only=True)
class ProxySettings:
    """A proxy that all of the browser's traffic goes through."""

    server: str
    """`http://host:port`, `socks5://host:port`."""
    username: str = ""
    password: str = field(default="", repr=False)
    bypass: str = ""
    """Hosts that are reached directly, separated by commas."""

    def without(self, hosts: Sequence[str]) -> ProxySettings:
        """The same proxy, but these hosts are reached directly, too."""
        return replace(self, bypass=",".join(filter(None, (self.bypass, *hosts))))


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201  a library's last resort where no callback was given


@dataclass(frozen=True, kw_only=True)
class LaunchOptions:
    """How to start Chromium."""

    executable_path: str = ""
    channel: str = ""
    headless: bool = True
    proxy: ProxySettings | None = None
    args: tuple[str, ...] = ()
    """Further command line arguments."""
    rules: NetworkPolicy = field(default_factory=NetworkPolicy)
    """What the browser is held to as a whole; only whether it is `public` is looked at here."""
    downloads_dir: Path | None = None
    """Where downloads are kept; None: a temporary folder that goes with the browser."""
    timeout_s: float = 30.0
    """How long it is given to start."""
    on_warning: Callable[[str], None] = _to_stderr


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What is recorded of a session."""

    folder: Path
    """Where the files go; it is there already."""
    video: bool = False
    har: bool = False
    bodies: bool = False
    """Whether the HAR holds what was sent and answered, up to a size."""
    trace: bool = False
    """Playwright's own, for its trace viewer."""


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """What a session's pages are shown as."""

    viewport: tuple[int, int] = (1280, 720)
    own_looks: bool = False
    """Whether viewport and scale hold in somebody's browser too, for our tabs there; else its window's do.

    Language and time zone do not: Chromium sets these for all pages of a process, the user's too.
    """
    locale: str | None = None
    timezone: str | None = None
    device_scale_factor: float = 1.0
    extra_http_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    header_hosts: tuple[str, ...] = ()
    """Hosts, hosts with a port, and origins that get the extra headers; nobody else does."""
    ignore_https_errors: bool = False
    """Whether sites are opened whose certificate is not trusted; in a context of our own only."""
    page_timeout_s: float = 30.0
    """How long a page may answer nothing: when its address is opened, and, longer for large pages, when it is
    read or acted in."""
    downloads_dir: Path | None = None
    """Where the session's downloads are kept; None: a temporary folder."""
    recording: Recording | None = None
    """None: nothing is recorded."""
    most_download_bytes: int = 1_000_000_000
    """All downloads together; what goes beyond is given up."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files that may be uploaded by name: name -> path."""
    rules: NetworkPolicy = field(default_factory=NetworkPolicy)
    """Which hosts the session may go to; empty: all."""
    secrets: SecretStore = field(default_factory=SecretStore)
    """Secrets and codes that may be typed, and the redactor for everything that leaves the session."""
