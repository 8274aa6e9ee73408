"""Reading a whole tab: our script in every frame, the answers merged into one list of elements."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from browser.cdp.hidden.hidden_dom import tell_speaking, tell_unseen
from browser.cdp.isolated_world import REF, IsolatedWorld
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import ScriptFailed
from browser.model.observation import STILL_LOADING, Element, StatedValue
from browser.model.text import cut, json_without_lone_surrogates
from browser.snapshot.element_records import element_of
from browser.snapshot.pdf import MEDIA_TYPE, Pdf, elements_of_pdf, pdf_in
from browser.snapshot.placement import Placement
from browser.snapshot.wire import ABOVE, NUMBER, seldom_of
from browser.tasks import beside

Look = Mapping[str, bool | int | None]
"""What the script is to read, as it takes it."""
RECORD_LENGTH = 100
"""About so many characters are handed over of an element."""
FRAME_MARK = re.compile("\0(\\d+)\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """Everything seen in a tab, before anything is left out."""

    url: str = ""
    title: str = ""
    elements: tuple[Element, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    """Ref of the first of some siblings that were not looked at one by one -> how many they are."""
    unread_inside: int = 0
    """How many elements there are in all in what is unread, the siblings among them."""
    text: str = ""
    viewport: tuple[int, int] = (0, 0)
    scroll: tuple[float, float] = (0.0, 0.0)
    page_size: tuple[float, float] = (0.0, 0.0)
    ground: str = ""
    focused: str = ""
    structured: tuple[StatedValue, ...] = ()
    notes: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    """What the page has announced and taken away again since it was last read."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the script said of one frame."""

    world: IsolatedWorld
    said: Mapping[str, Any]
    pdf: Pdf | None = None
    """What it shows, where that is no document of elements."""


async def capture(
    worlds: IsolatedWorlds,
    *,
    appearance: bool = False,
    structured: bool = False,
    elements: bool = True,
    limit: int | None = None,
    wanted: Iterable[str] = (),
) -> Captured:
    """Read all frames of a tab at once; of a page with very many the first ones.

    Args:
        worlds: The tab.
        appearance: Whether elements carry how they look.
        structured: Whether the structured data of the top document is read.
        elements: False: only what can be said of the tab itself.
        limit: About so many tokens' worth of elements of a frame outside the viewport are looked at one by
            one, in reading order; the rest is counted and its text read. None: all are.
        wanted: Refs of what is there to be looked at, even if it is a container that says nothing.

    Raises:
        NoAnswer: The top document does not answer.
        ScriptFailed: It could not be read; it is navigating, perhaps.
    """
    if not elements:
        return await _outline(worlds)
    look: Look = {"appearance": appearance, "structured": structured, "limit": limit}
    known, _ = await asyncio.gather(worlds.all(), worlds.measure())
    asked = _by_world(wanted)
    answers = await _read_all(known, look, asked)
    if any(
        isinstance(answer, ScriptFailed) and world.gone for world, answer in zip(known, answers, strict=True)
    ):
        known = await worlds.all()
        answers = await _read_all(known, look, asked)
    frames: dict[str, Frame] = {}
    unread = worlds.unread_frames
    notes = [f"{unread:,} frames were not read: the page has too many"] if unread else []
    for world, answer in zip(known, answers, strict=True):
        if isinstance(answer, ScriptFailed):
            if world is known[0]:
                raise answer
            notes.append(f"a frame could not be read: {answer}")
        elif isinstance(answer, BaseException):
            raise answer
        else:
            frames[world.frame_id] = Frame(world, answer)
    for frame_id, frame in frames.items():
        if frame.said["type"] == MEDIA_TYPE:
            frames[frame_id] = replace(frame, pdf=await pdf_in(frame.world))
    many = sum(len(frame.said["records"]) for frame in frames.values())
    return await beside(many, _merge, known[0], frames, notes)


OUTLINE = """({
  url: location.href, title: document.title, viewport: [innerWidth, innerHeight], scroll: [scrollX, scrollY],
  page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
  loading: document.readyState === 'loading',
})"""
FRAME_STILL_LOADING = "a frame is still loading: more of it may come"


async def _outline(worlds: IsolatedWorlds) -> Captured:
    said = await (await worlds.top()).evaluate(OUTLINE)
    return Captured(
        url=said["url"],
        title=said["title"],
        viewport=(said["viewport"][0], said["viewport"][1]),
        scroll=(said["scroll"][0], said["scroll"][1]),
        page_size=(said["page"][0], said["page"][1]),
        notes=(STILL_LOADING,) if said["loading"] else (),
    )


def _by_world(refs: Iterable[str]) -> Mapping[int, list[int]]:
    """Number of a world -> the numbers of elements there that refs name."""
    found: dict[int, list[int]] = {}
    for match in filter(None, map(REF.match, refs)):
        found.setdefault(int(match[1]), []).append(int(match[2]))
    return found


async def _read_all(
    worlds: Sequence[IsolatedWorld], look: Look, wanted: Mapping[int, list[int]]
) -> list[Mapping[str, Any] | BaseException]:
    """What the script of each frame says, once it knows what it cannot see.

    That is seldom news, so those that were told before are asked at once, and again where it was.
    """

    async def read(some: Sequence[IsolatedWorld]) -> dict[IsolatedWorld, Mapping[str, Any] | BaseException]:
        readings = (_read(world, look, wanted.get(world.number, [])) for world in some)
        answers = await asyncio.gather(*readings, return_exceptions=True)
        return dict(zip(some, answers, strict=True))

    early = [world for world in worlds if world.told and not world.rooted]
    told, said = await asyncio.gather(tell_unseen(worlds), read(early))
    said |= await read([world for world in worlds if world not in said or world in told])
    speakers = {
        world: answer["speakers"]
        for world, answer in said.items()
        if not isinstance(answer, BaseException) and answer["speakers"]
    }
    said |= await read([*await tell_speaking(speakers)])
    return [said[world] for world in worlds]


async def _read(world: IsolatedWorld, look: Look, wanted: Sequence[int]) -> Mapping[str, Any]:
    held, text = world.text
    options = {**look, "rooted": world.rooted, "held": held, "wanted": wanted}
    written = await world.call("capture", options)
    answer = await beside(len(written) // RECORD_LENGTH, _said, written)
    world.speaks = world.speaks and bool(answer["speakers"])
    if answer["edition"] == held:
        return {**answer, "text": text}
    world.text = (answer["edition"], answer["text"])
    return answer


def _said(written: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json_without_lone_surrogates(written))
    return said


def _merge(top: IsolatedWorld, frames: Mapping[str, Frame], notes: Sequence[str]) -> Captured:
    children: dict[tuple[int, int], Frame] = {
        (frame.world.parent.number, frame.world.owner): frame
        for frame in frames.values()
        if frame.world.parent
    }
    elements: list[Element] = []
    unread: dict[str, int] = {}
    unread_inside: list[int] = []
    focused: list[str] = []
    said = frames[top.frame_id].said
    view = (int(said["viewport"][0]), int(said["viewport"][1]))

    def add(frame: Frame, placement: Placement, parent: str, depth: int) -> str:
        number = frame.world.number
        depths: list[int] = []
        refs: list[str] = []
        texts: dict[str, str] = {}
        if frame.said["focused"]:
            focused.append(f"f{number}e{frame.said['focused']}")
        for row in frame.said["records"]:
            node, up, seldom = row[NUMBER], row[ABOVE], seldom_of(row)
            own_depth = depth if up < 0 else depths[up] + 1
            ref = f"f{number}e{node}"
            depths.append(own_depth)
            refs.append(ref)
            holder = parent if up < 0 else refs[up]
            elements.append(element_of(row, seldom, ref, holder, own_depth, placement))
            if "unread" in seldom:
                unread[ref] = seldom["unread"]
                unread_inside.append(seldom["unread_inside"])
            child = children.get((number, node))
            if child and "content_box" in seldom:
                inside = placement.inside(seldom["content_box"], view, elements[-1])
                texts[str(node)] = add(child, inside, ref, own_depth + 1)
        if frame.pdf:
            area = placement.box((0, 0, *frame.said["viewport"]))
            elements.extend(elements_of_pdf(frame.pdf, number, area, parent, depth))
            return frame.pdf.text
        return FRAME_MARK.sub(lambda mark: _as_block(texts.get(mark.group(1), "")), frame.said["text"])

    text = add(frames[top.frame_id], Placement(), "", 0)
    return Captured(
        url=said["url"],
        title=said["title"],
        elements=tuple(elements),
        unread=unread,
        unread_inside=sum(unread_inside),
        text=cut(text.strip(), 1_000_000, ""),
        viewport=view,
        scroll=(said["scroll"][0], said["scroll"][1]),
        page_size=(said["page"][0], said["page"][1]),
        ground=said["ground"],
        structured=tuple(_stated(top.number, *row) for row in said["structured"]),
        focused=focused[-1] if focused else "",
        notes=(
            *notes,
            *_of_loading(frames[top.frame_id], frames.values()),
            *_of_pdfs(frames.values()),
        ),
        passed=tuple(said for frame in frames.values() for said in frame.said.get("passed", ())),
    )


def _stated(
    frame: int, syntax: Any, thing: int, kind: str, name: str, value: str, element: int
) -> StatedValue:
    ref = f"f{frame}e{element}" if element else ""
    return StatedValue(syntax=syntax, thing=thing, kind=kind, name=name, value=value, ref=ref)


def _of_loading(top: Frame, frames: Iterable[Frame]) -> Iterator[str]:
    """What is to be said of documents of which more may come by itself."""
    if top.said["loading"]:
        yield STILL_LOADING
    elif any(frame.said["loading"] for frame in frames):
        yield FRAME_STILL_LOADING


def _of_pdfs(frames: Iterable[Frame]) -> Iterator[str]:
    """What is to be said of PDFs that were not read to their end."""
    for frame in frames:
        if frame.pdf and frame.pdf.problem:
            yield f"the PDF at {frame.said['url']} was not read as text: {frame.pdf.problem}"


def _as_block(text: str) -> str:
    return f"\n{text}\n" if text else ""
