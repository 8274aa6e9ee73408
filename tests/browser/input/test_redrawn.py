"""A batch goes on where the page draws itself anew: on what took the place of what was meant, or not at all."""

import json

import pytest

from browser.model.actions import Click
from browser.model.observation import Element
from tests.support.observing import see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = """<h1>List</h1><div id=o></div><script>
const log = [], things = %s.map((name, id) => ({name, id, many: 0, on: false}));
const draw = () => { o.innerHTML = things.map(one => `%s`).join(''); };
const act = (id, change) => { log.push(id); change(things.find(one => one.id === id)); draw(); };
const drop = one => things.splice(things.indexOf(one), 1);
draw();
</script>"""
KNOB = (
    '<i tabindex=0 role=switch aria-checked=${one.on} class=\'knob ${one.on ? "on" : ""}\' '
    "onclick='act(${one.id}, it => it.on = !it.on)' style='display:inline-block;width:30px;height:16px'></i>"
)
REMOVE = "<button onclick='act(${one.id}, drop)'>Remove</button>"
TURN = "<button onclick='act(${one.id}, () => things.reverse())'>Turn</button>"
MORE = "<button onclick='act(${one.id}, it => it.many++)'>+</button>"


async def clicked(
    server, session, row: str, order: list[int], role: str = "button", names=("Milk", "Eggs", "Rice")
):
    """The problems of clicks on the controls of a role, told by their places, and which things were used."""
    await session.goto(server.page(PAGE % (json.dumps(names), row)))
    controls: list[Element] = [one for one in (await see(session)).elements if one.role == role]
    problems = [(await session.perform(Click(controls[at].ref))).problem for at in order]
    return [bool(problem) for problem in problems], await session.front.evaluate("log")


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(f"<div>${{one.name}} {KNOB}</div>", id="rows"),
        pytest.param(f"<li>${{one.name}} <b>${{one.on}}</b> {KNOB}</li>", id="items that say their state"),
        pytest.param(f"${{one.name}} {KNOB}", id="side by side"),
        pytest.param(f"{KNOB} ${{one.name}}<br>", id="before what they are called"),
        pytest.param(KNOB, id="nothing is said of them"),
    ],
)
async def test_switches_without_names_are_used_one_after_the_other(server, session, row):
    assert await clicked(server, session, row, [0, 2, 1], "switch") == ([False] * 3, [0, 2, 1])


@pytest.mark.parametrize("row", ["<div>${one.name} %s</div>", "<li><b>${one.name}</b> %s</li>"])
async def test_items_are_removed_by_buttons_that_are_called_the_same(server, session, row):
    assert await clicked(server, session, row % REMOVE, [0, 2]) == ([False] * 2, [0, 2])


async def test_a_counter_is_raised_again_and_again(server, session):
    row = f"<div>${{one.name}} <span>${{one.many}}</span> {MORE}</div>"
    assert await clicked(server, session, row, [1, 1, 0, 1]) == ([False] * 4, [1, 1, 0, 1])


@pytest.mark.parametrize("name", ["Price ${one.on ? '\u25b2' : ''}", "${one.on ? '\u2705' : ''} Price"])
async def test_a_mark_in_a_name_does_not_make_it_another_one(server, session, name):
    row = f"<button onclick='act(${{one.id}}, it => it.on = !it.on)'>{name}</button>"
    assert await clicked(server, session, row, [0, 0], names=["Price"]) == ([False] * 2, [0, 0])


@pytest.mark.parametrize("names", [("Milk", "Eggs", "Rice"), ("1", "2", "3")])
async def test_what_has_moved_is_found_by_what_is_said_beside_it(server, session, names):
    row = f"<div>${{one.name}} <i>open</i> {TURN}</div>"
    assert await clicked(server, session, row, [0, 2], names=names) == ([False] * 2, [0, 2])


@pytest.mark.parametrize(
    ("row", "names"),
    [
        pytest.param(
            f"<div>${{one.name}} {REMOVE}</div>", ["Milk", "Milk", "Milk"], id="all are called the same"
        ),
        pytest.param(f"<div>{REMOVE}</div>", ["Milk", "Eggs", "Rice"], id="nothing is said of them"),
        pytest.param(f"<div>${{one.name}} {REMOVE}</div>", ["1", "1", "2"], id="some are called the same"),
        pytest.param(
            f"{REMOVE} ${{one.name}}", ["Milk", "Eggs", "Rice"], id="which text is whose cannot be told"
        ),
    ],
)
async def test_of_equals_of_which_one_went_none_is_taken(server, session, row, names):
    assert await clicked(server, session, row, [0, 1], names=names) == ([False, True], [0])


async def test_another_record_in_the_same_place_is_not_taken(server, session):
    change = "act(${one.id}, it => Object.assign(it, {name: it.name + 1, id: it.id + 10}))"
    row = f"<div>${{one.name}} <button onclick='{change}'>Next</button></div>"
    assert await clicked(server, session, row, [0, 0]) == ([False, True], [0])
