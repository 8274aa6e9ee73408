"""Handing files to a page: file inputs, buttons that open a file chooser, drop zones."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from browser.cdp.scripts import ScriptFailed
from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.input.pointer.hit_test import element_at
from browser.input.targets import Named
from browser.model.actions import Upload
from browser.model.errors import BadTarget, StaleRef

CHOOSER_S = 1.5
DRAG_S = 1.0
"""How long a page may take to hear that something is dragged over it."""


async def upload(context: InputContext, action: Upload) -> Outcome:
    """Hand over files and check that the page has them."""
    paths = [_path(context, name) for name in action.files]
    names = ", ".join(Path(path).name for path in paths)
    element = await element_at(context, action.target)
    field = await element.do("fieldOf")
    if field["kind"] == "file":
        return await _into_input(context, element.sibling(field["number"]), paths, names, field["multiple"])
    if await _into_chooser(context, action, paths):
        return Outcome(f"gave {names} to the file chooser", names)
    try:
        dropped = await _drop(context, element, action, paths)
    except StaleRef as error:
        raise BadTarget(
            f"{field['what']} opened no file chooser, and is gone since it was clicked"
        ) from error
    if not dropped:
        raise BadTarget(f"{element.ref} opens no file chooser, and nothing there takes dropped files")
    return Outcome(f"dropped {names}", names)


def _path(context: InputContext, name: str) -> str:
    path = Path(context.files.get(name, name)).expanduser()
    if not path.is_file():
        known = f"; the files given are {', '.join(context.files)}" if context.files else ""
        raise BadTarget(f"there is no file {name!r}{known}")
    return str(path.resolve())


async def _into_input(
    context: InputContext, element: Named, paths: list[str], names: str, multiple: bool
) -> Outcome:
    if len(paths) > 1 and not multiple:
        raise BadTarget("this field takes one file")
    world = element.world
    try:
        expression = f"agentCore.elementOf({element.number})"
        held = await world.send("Runtime.evaluate", {"expression": expression, "contextId": world.context})
        reference = held["result"].get("objectId")
        await world.send("DOM.setFileInputFiles", {"files": paths, "objectId": reference})
    except ScriptFailed as error:
        raise StaleRef(element.ref) from error
    field = await element.do("fieldOf")
    shown = str(Path(field["shown"].replace("\\", "/")).name) if len(paths) == 1 else names
    return Outcome(f"gave {names} to {field['what']}", shown)


async def _into_chooser(context: InputContext, action: Upload, paths: list[str]) -> bool:
    """Click, and serve the file chooser if one opens."""
    from playwright.async_api import TimeoutError as NoChooser

    page = context.tab.page
    aimed = await context.aim(action.target)
    try:
        async with page.expect_file_chooser(timeout=CHOOSER_S * 1000) as waiting:
            # The renderer has to know that choosers are waited for, before the click can open one.
            await page.evaluate("0")
            context.report(f"clicked {aimed.what}")
            await context.mouse.click(aimed.x, aimed.y)
        chooser = await waiting.value
    except NoChooser:
        return False
    if len(paths) > 1 and not chooser.is_multiple():
        raise BadTarget("this file chooser takes one file")
    await chooser.set_files(paths)
    return True


async def _drop(context: InputContext, element: Named, action: Upload, paths: list[str]) -> bool:
    """Drop files from outside, as dragging them from the desktop does; whether the page has taken them.

    They are dropped only where the page says, when they are dragged over it, that it takes them: the browser
    opens in the tab what is dropped elsewhere.
    """
    await element.do("watchDrop")
    aimed = await context.aim(action.target)
    target = await context.tab.worlds.main()
    data = {"items": [], "files": paths, "dragOperationsMask": 1}

    async def drag(kind: str) -> None:
        event = {"type": kind, "x": aimed.x, "y": aimed.y, "data": data}
        await target.send("Input.dispatchDragEvent", event)

    await drag("dragEnter")
    await drag("dragOver")
    if not await _takes_drop(element):
        await drag("dragCancel")
        await element.do("dropSeen")
        return False
    await drag("drop")
    await context.rest(time.monotonic())
    try:
        return bool((await element.do("dropSeen"))["dropped"])
    except StaleRef:
        return True  # the page has put something else in its place


async def _takes_drop(element: Named) -> bool:
    """Whether the page takes what is dragged over it there, once it has heard of that."""
    deadline = time.monotonic() + DRAG_S
    while True:
        seen = await element.do("dragSeen")
        if seen["heard"] or time.monotonic() > deadline:
            return bool(seen["takes"])
        await asyncio.sleep(0.02)
