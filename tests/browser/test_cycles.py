"""Two hundred cycles of looking and acting on a page that changes each time leave nothing behind."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest

import browser.cdp.isolated_worlds
from browser.model.actions import Click
from browser.model.observation import View
from tests.support.observing import find

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.asyncio(loop_scope="session"),
]

PAGE = """<h1>Round <span id=round>0</span></h1><button id=next>Next</button><ul id=list></ul><div id=frames></div>
<script>
let round = 0;
document.querySelector('#next').addEventListener('click', () => {
  document.querySelector('#round').textContent = ++round;
  const list = document.querySelector('#list');
  list.replaceChildren(...Array.from({length: 40}, (_, at) => {
    const item = document.createElement('li'), button = document.createElement('button');
    button.textContent = 'Item ' + round + '.' + at;
    button.addEventListener('click', () => item.remove());
    item.append(button, document.createElement('input'));
    return item;
  }));
  const frames = document.querySelector('#frames');
  frames.replaceChildren();
  for (const source of ['/inner.html?' + round, '{other}/inner.html?' + round]) {
    const frame = document.createElement('iframe');
    frame.src = source;
    frames.append(frame);
  }
});
</script>"""
INNER = "<p>Inside</p><button onclick='this.textContent=1'>Inner</button>"
VIEW = View(screenshots="viewport")
ROOT = Path(browser.cdp.isolated_worlds.__file__).parents[2]


async def counted(session, cdp):
    """What the page holds once its garbage is gone, and what we hold for it."""
    for _ in range(3):
        await cdp.send("HeapProfiler.collectGarbage")
    heap = await cdp.send("Runtime.getHeapUsage")
    found = await cdp.send("Memory.getDOMCounters")
    tab = session._tabs.active
    gc.collect()
    return {
        "heap": heap["usedSize"],
        "documents": found["documents"],
        "nodes": found["nodes"],
        "listeners": found["jsEventListeners"],
        "worlds": len(session._tabs.registry.worlds),
        "contexts": sum(len(target.contexts) for target in [tab.worlds._main, *filter(None, tab.worlds._remote.values())]),
        "frames": len(tab.worlds._by_frame) + len(tab.worlds._remote),
        "pending": len(tab.traffic.pending),
        "tasks": len(session._tabs._tasks),
        "ours": sum(line.size for line in _in_our_files()),
    }  # fmt: skip


def _in_our_files():
    """Memory by line of our code; what Playwright keeps of requests and frames is not ours to let go."""
    ours = [tracemalloc.Filter(True, str(ROOT / "browser" / pattern)) for pattern in ("*.py", "*/*.py")]
    return tracemalloc.take_snapshot().filter_traces(ours).statistics("lineno")


async def test_two_hundred_cycles_leave_nothing_behind(server, session):
    server.page(INNER, "/inner.html")
    await session.goto(server.page(PAGE))
    cdp = await session._context.new_cdp_session(session.front)
    tracemalloc.start()
    try:
        counts = {}
        for cycle in range(1, 201):
            seen = await session.observe(VIEW)
            result = await session.perform(Click(find(seen, "button", "Next").ref))
            assert result.problem == "", cycle
            if cycle % 50 == 0:
                counts[cycle] = await counted(session, cdp)
    finally:
        tracemalloc.stop()
    assert "Round 200" in (await session.observe(VIEW)).text
    for cycle, count in counts.items():
        print(cycle, count)  # noqa: T201  pytest shows it where the figures are too high
    # The page's heap comes to its level between cycles 50 and 100; a leak would go on growing after that.
    early, late = counts[100], counts[200]
    for what in ("documents", "nodes", "listeners", "worlds", "contexts", "frames", "pending", "tasks"):
        assert late[what] <= early[what] + 8, what
    assert late["heap"] < early["heap"] + 200_000
    assert late["ours"] < early["ours"] + 30_000
