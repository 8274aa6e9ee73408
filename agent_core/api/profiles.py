"""Browser profiles: what sites store in a browser, saved and restored in later runs.

A run with a profile begins where the last one's logins and settings ended, in a fresh browser, and saves
back what it has changed at its end, however it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.browsers import Browsers, let_go, to_its_end
from agent_core.runner.preparing.prepared import Way
from agent_core.runner.preparing.resolve import profile_files, session_folders
from agent_core.store.profiles import BrowserProfileInfo, fernet
from agent_core.task.request import TaskRequest
from browser.state.storage_state import StorageState

if TYPE_CHECKING:
    from browser.state.capture import CapturedState


async def create_browser_profile(
    name: str,
    *,
    from_session: str | None = None,
    browser_address: str | None = None,
    cdp_connect_headers: Mapping[str, str] | None = None,
    sites: Iterable[str] = (),
    settings: Settings | None = None,
) -> BrowserProfileInfo:
    """Make a browser profile, for runs to use and to fill: `browser_profile_id=profile.browser_profile_id`.

    Args:
        name: What it is called; it may be used in place of the id.
        from_session: A browser session whose logins and settings it gets.
        browser_address: DevTools endpoint of a running Chromium, in which somebody has logged in by hand; it
            gets all cookies, and what the sites keep that are open in a tab.
        cdp_connect_headers: For the handshake with that.
        sites: Hosts to take only; what they keep is taken also where no tab shows them.

    Raises:
        BadRequest: It cannot be made.
        LaunchFailed: There is no browser at the address.
    """
    settings = settings or Settings.from_env()
    files = profile_files(settings)
    sites = tuple(sites)
    if from_session and browser_address:
        raise BadRequest("from_session", "goes not together with browser_address; leave one of them out")
    files.check(name)
    stored = StorageState()
    if from_session:
        address = session_folders(settings).usable(from_session).browser_address
        stored = (await to_its_end(_taken(Way(persistent=address), ()))).stored
    elif browser_address:
        asked = {"browser_address": browser_address, "cdp_connect_headers": cdp_connect_headers}
        way = Way.out(TaskRequest.of({"prompt": "-", **asked}), settings)
        stored = await to_its_end(_imported(way, sites))
    return files.make(name, stored.only(sites))


async def _taken(way: Way, also: Iterable[str]) -> CapturedState:
    browsers = Browsers("a profile that is being made")
    try:
        browser = await browsers.get(way)
        session = await browser.open_session()
        try:
            return await session.capture_storage(also)
        finally:
            await let_go(session)
    finally:
        await browsers.close()


async def _imported(way: Way, sites: tuple[str, ...]) -> StorageState:
    """What sites keep in somebody's browser."""
    from browser.cdp.attached.foreign_tabs import session_storage_of_tabs

    tabs = await session_storage_of_tabs(way.address, dict(way.address_headers))
    named = [f"{scheme}://{site}" for site in sites for scheme in ("https", "http")]
    taken = await _taken(way, [*tabs.origins, *named])
    return taken.stored + tabs.stored


def list_browser_profiles(settings: Settings | None = None) -> list[BrowserProfileInfo]:
    """All browser profiles, oldest first."""
    return list(profile_files(settings or Settings.from_env()).all())


def delete_browser_profile(profile: str, settings: Settings | None = None) -> BrowserProfileInfo:
    """Delete a browser profile, by its id or its name.

    Raises:
        BadRequest: There is none.
    """
    files = profile_files(settings or Settings.from_env())
    found = files.find(profile)
    files.delete(found.browser_profile_id)
    return found


def new_profile_key() -> str:
    """A key for `AGENT_CORE_PROFILE_KEY`.

    Raises:
        BadRequest: The package for it is missing.
    """
    import base64
    import os

    key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    fernet(key)
    return key
