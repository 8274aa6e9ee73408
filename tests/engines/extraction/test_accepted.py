"""Whatever the extraction may make of a text, the loop finds it on the page again."""

from __future__ import annotations

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.loop import pursue
from agent_core.loop.progress import Progress
from agent_core.testing import FakePage
from browser.model.observation import Box, Element, Observation
from engines.output_spec import OutputSpec
from engines.protocol import EngineOptions, Finish, Goal
from engines.rules.engine import EmbeddedEngine


@pytest.mark.parametrize(
    ("label", "text", "part", "value"),
    [
        ("Rating", "★★★★☆", {"type": "number"}, 4),
        ("Rating", "4.5 out of 5", {"type": "number"}, 4.5),
        ("Share", "85%", {"type": "integer"}, 85),
        ("Views", "1.2k", {"type": "integer"}, 1200),
        ("Temperature", "−4 °C", {"type": "number"}, -4),
        ("Price", "€ 1.234,50", {"type": "number"}, 1234.5),
        ("Starts", "2:30 pm", {"type": "string", "format": "time"}, "14:30:00"),
        ("Day", "12 March 2024", {"type": "string", "format": "date"}, "2024-03-12"),
        ("Posted", "11 June 2024, 4:05 pm", {"type": "string", "format": "date-time"}, "2024-06-11T16:05:00"),
        ("Currency", "€", {"type": "string"}, "EUR"),
        ("Size", "XL, extra long", {"enum": ["S", "XL"]}, "XL"),
        ("Stock", "Sold out", {"type": "boolean"}, False),
        ("Duration", "1h 30m", {"type": "string"}, "1h 30m"),
    ],
)
async def test_a_value_that_is_read_into_another_form_completes_the_run(label, text, part, value):
    page = Observation(
        url="http://127.0.0.1/",
        text=f"{label}\n{text}",
        elements=(
            Element(ref="l", role="term", tag="dt", name=label, text=label, parent="d", depth=1, box=Box(0, 0, 40, 20)),
            Element(ref="v", role="definition", tag="dd", text=text, parent="d", depth=1, box=Box(50, 0, 40, 20)),
        ),
    )  # fmt: skip
    name = label.lower()
    schema = {"type": "object", "properties": {name: part}, "required": [name]}
    progress = Progress()

    ending = await pursue(
        Goal(text=f"Extract the {name}", output=OutputSpec(schema=schema)),
        FakePage(page),
        EmbeddedEngine(EngineOptions()),
        Budget(3),
        progress=progress,
    )

    assert isinstance(ending, Finish), ending
    assert progress.output == {name: value}
