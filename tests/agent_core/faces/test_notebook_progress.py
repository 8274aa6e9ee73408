from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import pytest

from agent_core import BadRequest, Settings, run_task
from agent_core.demo_site import DemoSite
from agent_core.faces.notebook import NotebookProgress
from agent_core.loop.events import Acted, Decided, Observed, Warned
from agent_core.testing import Scripted
from browser.model.actions import Click
from browser.model.results import ActionResult
from engines.protocol import Finish


class Cell:
    """A notebook's cell, which remembers all that it showed."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.outputs = 0

    def show(self, html: str) -> Callable[[str], None]:
        self.outputs += 1
        self.shown.append(html)
        return self.shown.append


def test_one_output_is_drawn_anew_with_each_step():
    cell = Cell()
    progress = NotebookProgress(cell.show)
    progress(Observed(number=1, url="http://a/", title="Home <b>", elements=1, took_ms=1))
    for number in range(9):
        progress(Acted(number=1, result=ActionResult(action=Click(target="e1"), did=f"clicked {number}")))
    progress(Decided(number=1, decision=Finish(output=None), took_ms=1))
    progress(Warned(text="<script>"))
    assert cell.outputs == 1
    assert len(cell.shown) == 11
    assert "step 1: Home &lt;b&gt;" in cell.shown[0]
    assert "clicked 3" not in cell.shown[-1]
    assert "clicked 8" in cell.shown[-1]
    assert "warning: &lt;script&gt;" in cell.shown[-1]


@pytest.mark.browser
async def test_a_run_shows_how_it_ends(settings: Settings):
    cell = Cell()
    engine = Scripted([Finish(output="done")])
    with DemoSite() as site:
        progress = NotebookProgress(cell.show)
        run = await run_task("Look.", site.url, engine=engine, settings=settings, on_event=progress)
    assert run.status in cell.shown[-1]
    assert cell.outputs == 1


@pytest.mark.skipif(find_spec("IPython") is not None, reason="there is an IPython here")
def test_without_a_notebook_it_says_what_to_do():
    with pytest.raises(BadRequest, match="on_event"):
        NotebookProgress()
