"""Opening, switching and closing tabs."""

from __future__ import annotations

from browser.input.context import InputContext
from browser.input.navigate import load
from browser.input.outcome import Outcome
from browser.model.actions import CloseTab, OpenTab, SwitchTab
from browser.model.errors import BadTarget
from browser.tabs.our_tab import OurTab


async def open_tab(context: InputContext, action: OpenTab) -> Outcome:
    """Open a tab of ours and bring it to the front of ours."""
    await context.tabs.open()
    if not action.url:
        return Outcome("opened a new tab")
    return await load(context, action.url, Outcome(f"opened {action.url} in a new tab"))


def _tab(context: InputContext, name: str) -> OurTab:
    found = next((tab for tab in context.tabs.all if tab.id == name), None)
    if found is None:
        raise BadTarget(
            f"there is no tab {name!r}; there are {', '.join(tab.id for tab in context.tabs.all)}"
        )
    return found


async def switch_tab(context: InputContext, action: SwitchTab) -> Outcome:
    """Make another tab of ours the active one."""
    tab = _tab(context, action.tab)
    await context.tabs.switch(tab)
    return Outcome(f"switched to tab {tab.id}, {tab.page.url}")


async def close_tab(context: InputContext, action: CloseTab) -> Outcome:
    """Close a tab of ours."""
    tab = _tab(context, action.tab) if action.tab else context.tab
    if len(context.tabs.all) == 1:
        raise BadTarget("the last tab cannot be closed")
    outcome = context.report(f"closed tab {tab.id}")
    await tab.page.close()
    return outcome
