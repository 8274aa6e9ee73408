"""Finds a Chromium on this machine, and installs one if there is none.

The search has this order: the path that was given, the channel that was given, Playwright's own download, and
the places where packages of the system install Chromium and Chrome.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from browser.model.errors import BrowserNotFound

logger = logging.getLogger("agent_core." + __name__)

Kind = Literal["given", "channel", "playwright", "system"]

ADVICE = "`agent-core install-browser` gets one, or set AGENT_CORE_BROWSER to where one is"


@dataclass(frozen=True)
class FoundBrowser:
    """A Chromium on this machine."""

    path: str
    kind: Kind = "system"
    """How it was found: `given` by path, by `channel`, `playwright`'s download, the `system`'s."""
    _cache: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def version(self) -> str:
        """Return what `--version` prints, for example `131.0.6778.85`; "" if it does not answer."""
        if "version" not in self._cache:
            self._cache["version"] = _ask_version(self.path)
        return self._cache["version"]


def _ask_version(path: str) -> str:
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        logger.info("%s does not tell its version: %s", path, error)
        return ""
    found = re.search(r"\d+(\.\d+)+", said)
    return found.group(0) if found else ""


@dataclass(frozen=True)
class Machine:
    """The facts of a machine that decide where a Chromium may be installed. Tests pass their own."""

    platform: str = sys.platform
    home: Path = field(default_factory=Path.home)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    python: str = sys.executable
    """The Python that has Playwright."""

    def which(self, name: str) -> str:
        """Return the full path of a program on PATH, or ""."""
        return shutil.which(name, path=self.environ.get("PATH")) or ""

    @cached_property
    def downloads(self) -> Path:
        """Where Playwright keeps the browsers it downloads."""
        given = self.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
        if given and given != "0":
            return Path(given)
        if self.platform == "darwin":
            return self.home / "Library/Caches/ms-playwright"
        if self.platform == "win32":
            local = self.environ.get("LOCALAPPDATA") or str(self.home / "AppData/Local")
            return Path(local) / "ms-playwright"
        return Path(self.environ.get("XDG_CACHE_HOME") or self.home / ".cache") / "ms-playwright"


CHANNELS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "chromium": {
        "linux": (
            "chromium",
            "chromium-browser",
            "/usr/bin/chromium",
            "/snap/bin/chromium",
            "/usr/lib/chromium/chromium",
        ),
        "darwin": ("/Applications/Chromium.app/Contents/MacOS/Chromium",),
        "win32": (r"{local}\Chromium\Application\chrome.exe",),
    },
    "chrome": {
        "linux": ("google-chrome-stable", "google-chrome", "/opt/google/chrome/chrome"),
        "darwin": ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",),
        "win32": (
            r"{local}\Google\Chrome\Application\chrome.exe",
            r"{programs}\Google\Chrome\Application\chrome.exe",
            r"{programs86}\Google\Chrome\Application\chrome.exe",
        ),
    },
    "chrome-beta": {
        "linux": ("google-chrome-beta", "/opt/google/chrome-beta/chrome"),
        "darwin": ("/Applications/Google Chrome Beta.app/Contents/MacOS/Google Chrome Beta",),
        "win32": (r"{programs}\Google\Chrome Beta\Application\chrome.exe",),
    },
    "chrome-dev": {
        "linux": ("google-chrome-unstable", "/opt/google/chrome-unstable/chrome"),
        "darwin": ("/Applications/Google Chrome Dev.app/Contents/MacOS/Google Chrome Dev",),
        "win32": (r"{programs}\Google\Chrome Dev\Application\chrome.exe",),
    },
    "msedge": {
        "linux": ("microsoft-edge-stable", "microsoft-edge", "/opt/microsoft/msedge/msedge"),
        "darwin": ("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",),
        "win32": (
            r"{programs86}\Microsoft\Edge\Application\msedge.exe",
            r"{programs}\Microsoft\Edge\Application\msedge.exe",
        ),
    },
}
"""Channel -> platform -> programs on PATH or full paths, best first."""

SYSTEM_CHANNELS = ("chromium", "chrome", "msedge", "chrome-beta", "chrome-dev")

DOWNLOADED = {
    "linux": ("chrome-linux64/chrome", "chrome-linux/chrome", "chrome-linux/headless_shell"),
    "darwin": (
        "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
        "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
        "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    ),
    "win32": ("chrome-win64/chrome.exe", "chrome-win/chrome.exe"),
}
"""Where the executable lies inside a `chromium-NNNN` folder of Playwright's."""


def find_browser(
    path: str | None = None, channel: str | None = None, *, machine: Machine | None = None
) -> FoundBrowser:
    """The Chromium to use: the one named, else the first there is.

    Raises:
        BrowserNotFound: There is none, or none where `path` or `channel` say.
    """
    machine = machine or Machine()
    if path:
        return _given(path, machine)
    if channel:
        return _of_channel(channel, machine)
    for found in (_downloaded(machine), _system(machine)):
        if found:
            return found
    raise BrowserNotFound(f"no Chromium or Chrome was found on this machine; {ADVICE}")


def _given(path: str, machine: Machine) -> FoundBrowser:
    expanded = Path(path).expanduser()
    if expanded.is_file() and os.access(expanded, os.X_OK):
        return FoundBrowser(str(expanded), "given")
    on_path = machine.which(path) if expanded.name == path else ""
    if on_path:
        return FoundBrowser(on_path, "given")
    why = "is not an executable file" if expanded.exists() else "does not exist"
    raise BrowserNotFound(f"the browser {path!r} {why}; {ADVICE}")


def _of_channel(channel: str, machine: Machine) -> FoundBrowser:
    if channel not in CHANNELS:
        raise BrowserNotFound(f"no channel {channel!r}; there are {', '.join(CHANNELS)}")
    found = _first(CHANNELS[channel].get(machine.platform, ()), machine)
    if found:
        return FoundBrowser(found, "channel")
    if channel == "chromium" and (downloaded := _downloaded(machine)):
        return downloaded
    raise BrowserNotFound(f"no browser of channel {channel!r} is installed; {ADVICE}")


def _downloaded(machine: Machine) -> FoundBrowser | None:
    folders = sorted(machine.downloads.glob("chromium-*"), key=_revision, reverse=True)
    for folder in folders:
        for inside in DOWNLOADED.get(machine.platform, ()):
            if (folder / inside).is_file():
                return FoundBrowser(str(folder / inside), "playwright")
    return None


def _revision(folder: Path) -> int:
    digits = folder.name.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0


def _system(machine: Machine) -> FoundBrowser | None:
    for channel in SYSTEM_CHANNELS:
        found = _first(CHANNELS[channel].get(machine.platform, ()), machine)
        if found:
            return FoundBrowser(found, "system")
    return None


def _first(places: Iterable[str], machine: Machine) -> str:
    for place in places:
        full = place.format(
            local=machine.environ.get("LOCALAPPDATA", ""),
            programs=machine.environ.get("PROGRAMFILES", r"C:\Program Files"),
            programs86=machine.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)"),
        )
        if "/" not in full and "\\" not in full:
            full = machine.which(full)
        if full and Path(full).is_file():
            return full
    return ""


ERROR_LINE = re.compile(r"(\w*error|E):\s", re.I)
"""How the installers' programs begin the line that says what went wrong."""


def install_browser(
    on_step: Callable[[str], None],
    on_line: Callable[[str], None] = lambda _: None,
    *,
    machine: Machine | None = None,
) -> FoundBrowser:
    """Get a Chromium: Playwright's download, else the system's package manager.

    Args:
        on_step: Called with what is tried, and why it did not work.
        on_line: Called with each line that the installers print.
        machine: Where to install; this machine by default.

    Raises:
        BrowserNotFound: Neither worked; the message says what was tried.
    """
    machine = machine or Machine()
    tried = []
    for what, commands in _ways(machine):
        on_step(f"trying {what}")
        failure = _run_all(commands, on_line, machine)
        if failure:
            tried.append(f"{what}: {failure}")
            on_step(f"{what} did not work: {failure}")
            continue
        try:
            return find_browser(machine=machine)
        except BrowserNotFound:
            tried.append(f"{what}: it ended well, but no browser is there")
    raise BrowserNotFound(
        "no Chromium could be installed ("
        + "; ".join(tried)
        + "); install Chromium or Chrome by hand and run again"
    )


def _ways(machine: Machine) -> list[tuple[str, list[list[str]]]]:
    ways = [("Playwright's download", [[machine.python, "-m", "playwright", "install", "chromium"]])]
    sudo = [] if machine.platform != "linux" or os.geteuid() == 0 else ["sudo", "-n"]
    managers: Sequence[tuple[str, list[list[str]]]] = (
        (
            "apt-get",
            [
                [*sudo, "apt-get", "update"],
                [*sudo, "apt-get", "install", "-y", "--no-install-recommends", "chromium"],
            ],
        ),
        ("dnf", [[*sudo, "dnf", "install", "-y", "chromium"]]),
        ("zypper", [[*sudo, "zypper", "--non-interactive", "install", "chromium"]]),
        ("pacman", [[*sudo, "pacman", "-Sy", "--noconfirm", "chromium"]]),
        ("apk", [[*sudo, "apk", "add", "chromium"]]),
        ("brew", [["brew", "install", "--cask", "chromium"]]),
        (
            "winget",
            [
                [
                    "winget",
                    "install",
                    "--silent",
                    "--accept-package-agreements",
                    "--accept-source-agreements",
                    "Google.Chrome",
                ]
            ],
        ),
    )
    ways += [(manager, commands) for manager, commands in managers if machine.which(manager)]
    return ways


def _run_all(commands: Sequence[Sequence[str]], on_line: Callable[[str], None], machine: Machine) -> str:
    """Run one after the other; "" when all went well, else the first error said, or the last line."""
    for command in commands:
        try:
            running = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                errors="replace",
                env={**machine.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        except OSError as error:
            return str(error)
        first_error = last = ""
        with running:
            for line in running.stdout or ():
                if line.strip():
                    last = line.strip()
                    on_line(last)
                    first_error = first_error or (last if ERROR_LINE.match(last) else "")
        if running.returncode:
            return first_error or last or f"{command[0]} ended with status {running.returncode}"
    return ""
