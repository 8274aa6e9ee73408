"""What no script can see of a page, told to ours from outside: closed shadow roots, listeners for clicks, and
what custom elements are.

DevTools can see both. What they are asked first tells only whether there is anything new, in a few
milliseconds whatever the page's size; the rest is asked only then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from browser.cdp.hidden.click_listeners import listening_in_document, tell_listeners
from browser.cdp.hidden.closed_shadow_roots import find_closed_roots
from browser.cdp.hidden.element_internals import tell_internals
from browser.cdp.isolated_world import IsolatedWorld, Target
from browser.cdp.scripts import NoAnswer, ScriptFailed

logger = logging.getLogger("agent_core." + __name__)

Found = TypeVar("Found")


async def tell_unseen(worlds: Sequence[IsolatedWorld]) -> frozenset[IsolatedWorld]:
    """Pass on to our scripts what only DevTools can see.

    What cannot be found out is left: a page that will not be searched is read as a script sees it.

    Returns:
        Those that may have been told something new: what they said before that is out of date.

    Raises:
        NoAnswer: The page is busy with itself; frames of other processes may be.
    """
    told = await asyncio.gather(
        *(_but_for_frames(target, _tell(target, held)) for target, held in _by_target(worlds).items())
    )
    return frozenset[IsolatedWorld]().union(*filter(None, told))


async def tell_speaking(speakers: Mapping[IsolatedWorld, Sequence[int]]) -> frozenset[IsolatedWorld]:
    """Pass on to our scripts what custom elements say of themselves.

    Args:
        speakers: The numbers of the custom elements of each document, none of them empty.

    Returns:
        Those for which some of it is news.

    Raises:
        NoAnswer: The page is busy with itself; frames of other processes may be.
    """
    news = await asyncio.gather(
        *(
            _but_for_frames(world.target, _as_far_as_possible(tell_internals(world, numbers)))
            for world, numbers in speakers.items()
        )
    )
    return frozenset(world for world, new in zip(speakers, news, strict=True) if new)


async def tell_closed_roots(worlds: Sequence[IsolatedWorld]) -> None:
    """Pass on the closed shadow roots alone to our scripts.

    Raises:
        NoAnswer: The page is busy with itself; frames of other processes may be.
    """
    by_target = _by_target(worlds)
    await asyncio.gather(
        *(
            _but_for_frames(target, _as_far_as_possible(find_closed_roots(target, held)))
            for target, held in by_target.items()
        )
    )


def _by_target(worlds: Sequence[IsolatedWorld]) -> dict[Target, list[IsolatedWorld]]:
    targets: dict[Target, list[IsolatedWorld]] = {}
    for world in worlds:
        targets.setdefault(world.target, []).append(world)
    return targets


async def _tell(target: Target, worlds: Sequence[IsolatedWorld]) -> frozenset[IsolatedWorld]:
    rooted = {world for world in worlds if world.rooted}
    roots_known, heard = await asyncio.gather(
        _as_far_as_possible(find_closed_roots(target, worlds)),
        asyncio.gather(*(_as_far_as_possible(listening_in_document(world)) for world in worlds)),
    )
    listeners_known = await asyncio.gather(
        *(
            _as_far_as_possible(tell_listeners(world, found))
            for world, found in zip(worlds, heard, strict=True)
        )
    )
    rooted |= {world for world in worlds if world.rooted}
    for world in worlds:
        world.told = True
    known = {world for world, same in zip(worlds, listeners_known, strict=True) if same}
    return frozenset(worlds) - (known - rooted if roots_known else set())


async def _but_for_frames(target: Target, asking: Coroutine[Any, Any, Found]) -> Found | None:
    """What comes of it; None where a frame of another process does not answer: the page may do so."""
    try:
        return await asking
    except NoAnswer as error:
        if not target.of_frame:
            raise
        logger.debug("a frame of another process is busy with itself: %s", error)
        return None


async def _as_far_as_possible(asking: Coroutine[Any, Any, Found]) -> Found | None:
    try:
        return await asking
    except NoAnswer:
        raise
    except (ScriptFailed, ValueError) as error:
        logger.debug("a page does not tell all that it holds: %s", error)
        return None  # what the scripts see by themselves has to do
