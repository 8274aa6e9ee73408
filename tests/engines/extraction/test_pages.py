"""Pages of varied layout, each with what is to be read from it beside it (`pages/NAME.html`, `NAME.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from browser.model.observation import View
from browser.values.standing import says
from engines.extraction import Extraction, extract
from tests.support.accepted import complaint_about

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.json"))


def leaves(value, pointer="") -> Iterator[tuple[str, object]]:
    """Every plain value of an output with its JSON pointer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{pointer}/{place}")
    elif value is not None:
        yield pointer, value


def shown_by(element) -> str:
    """All that an element says, as one text without white space."""
    said = (
        element.name,
        element.text,
        element.value or "",
        element.href,
        *element.limits.values(),
        *element.options,
    )
    return "".join("".join(said).split()).casefold()


def problems_of(case, got: Extraction, observation) -> Iterator[str]:
    if got.output != case["output"]:
        yield f"read {json.dumps(got.output, ensure_ascii=False)}"
    if got.confident != case.get("confident", True):
        yield f"confident is {got.confident}: {got.reason}"
    if "missing" in case and sorted(got.missing) != sorted(case["missing"]):
        yield f"missing is {got.missing}"
    if got.confident:
        error = jsonschema.Draft202012Validator(case["schema"]).is_valid(got.output)
        yield from [] if error else ["confident, but against the schema"]
    for pointer, value in leaves(got.output):
        element = observation.element(got.sources.get(pointer, ""))
        if element is None:
            yield f"{pointer} names no element as its source"
        elif isinstance(value, str) and "format" not in json.dumps(case["schema"]):
            words = "".join(value.split()).casefold()
            if (
                words not in shown_by(element)
                and not says(element.text, value)
                and "enum" not in json.dumps(case["schema"])
            ):
                yield f"{pointer}: {value!r} does not stand in its source {element.text!r}"


@pytest.mark.parametrize("name", NAMES)
async def test_exactly_what_stands_on_the_page_is_read(name, server, session):
    address = server.page((PAGES / f"{name}.html").read_text("utf-8"), f"/{name}.html")
    await session.goto(address)
    observation = await session.observe(View(budget_tokens=None, appearance=True))
    cases = json.loads((PAGES / f"{name}.json").read_text("utf-8").replace("{base}", server.url))

    read = [(case, extract(case["schema"], case["wish"], observation)) for case in cases]
    found = {case["wish"]: list(problems_of(case, got, observation)) for case, got in read}
    for case, got in read:
        if got.confident and (why := await complaint_about(got, case["schema"], case["wish"], observation)):
            found[case["wish"]].append(why)

    assert {wish: problems for wish, problems in found.items() if problems} == {}


async def test_reading_twice_gives_the_same(server, session):
    address = server.page((PAGES / "cards.html").read_text("utf-8"), "/cards.html")
    case = json.loads((PAGES / "cards.json").read_text("utf-8"))[0]
    readings = []
    for _ in range(2):
        await session.goto(address)
        observation = await session.observe(View(budget_tokens=None, appearance=True))
        readings.append(extract(case["schema"], case["wish"], observation).output)

    assert readings[0] == readings[1]


KEEPER = """
<h1>Keeper 4</h1><table><tr><th>Name</th><th>Harbour</th><th>Joined</th></tr><tr><td>Alva Krok</td><td>Lysekil</td><td>2019-03-08</td></tr></table>
"""


@pytest.mark.parametrize(
    ("name", "value"), [("birthday", None), ("joined", "2019-03-08"), ("date", "2019-03-08")]
)
async def test_a_date_that_the_page_names_otherwise_is_not_the_one_asked_for(server, session, name, value):
    await session.goto(server.page(KEEPER))
    observation = await session.observe(View(budget_tokens=None, appearance=True))
    schema = {"type": "object", "properties": {name: {"type": ["string", "null"], "format": "date"}}}

    got = extract(schema, f"What is the keeper's {name}?", observation)

    assert (got.output or {}).get(name) == value
