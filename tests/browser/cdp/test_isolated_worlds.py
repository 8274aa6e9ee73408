"""Our scripts in the frames of a tab: as many as can be asked, whatever the page has."""

from __future__ import annotations

from browser.cdp.isolated_world import WorldRegistry
from browser.cdp.isolated_worlds import MOST_FRAMES, IsolatedWorlds
from tests.support.fake_devtools import FakeDevTools, FakeFrame, FakeTab, tree_of


async def test_a_page_with_more_frames_than_can_be_asked_is_known_by_those_nearest_to_its_top():
    ids = [f"frame {at}" for at in range(5000)]
    tab = FakeTab(FakeDevTools(tree_of(*ids)), frames=len(ids))
    worlds = IsolatedWorlds(tab, WorldRegistry())
    known = await worlds.all()
    assert [world.frame_id for world in known] == ids[:MOST_FRAMES]
    assert worlds.unread_frames == len(ids) - MOST_FRAMES
    assert not known[0].target.whole
    asked = len(tab.devtools.sent)
    assert await worlds.all() == known
    assert tab.devtools.sent[asked:] == ["Page.getFrameTree"]


async def test_frames_of_other_processes_are_not_crowded_out():
    ids = [f"frame {at}" for at in range(300)]
    tab = FakeTab(FakeDevTools(tree_of(*ids)), frames=2)
    other = FakeDevTools(tree_of("other"))
    tab.frames.append(FakeFrame(tab.frames[0], other))
    known = await IsolatedWorlds(tab, WorldRegistry()).all()
    assert len(known) == MOST_FRAMES
    assert [world.frame_id for world in known[:3]] == ["frame 0", "other", "frame 1"]
    assert [known[0].target.whole, known[1].target.whole] == [False, True]


async def test_the_frames_of_an_ordinary_page_are_all_known():
    tab = FakeTab(FakeDevTools(tree_of("top", "inner", "other")), frames=3)
    worlds = IsolatedWorlds(tab, WorldRegistry())
    top, inner, other = await worlds.all()
    assert (top.parent, inner.parent, other.parent) == (None, top, top)
    assert worlds.unread_frames == 0
    assert top.target.whole
