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


BOARD = """<div id=app></div><script>
const todo = ['Milk', 'Eggs', 'Rice'].map((name) => ({name, many: 0, on: false})), done = [];
const card = (one, at) => `<div class=card><h3>${one.name}</h3><span>${one.many} times</span>
  <i tabindex=0 role=checkbox aria-checked=${one.on} aria-label=Tick class="tick ${one.on ? 'on' : ''}"
    onclick="todo[${at}].on = !todo[${at}].on; draw()" style="display:inline-block;width:9px;height:9px"></i>
  <button onclick="todo[${at}].many++; draw()">Again</button><button onclick="todo.splice(${at}, 1); draw()">Remove</button>
  <button onclick="done.push(todo.splice(${at}, 1)[0]); draw()">Close</button></div>`;
const draw = () => { app.innerHTML = `<header><b>Shop</b><nav><a href=#a>Home</a><a href=#b>Lists</a></nav></header><main>
  <h1>Things</h1><section><h2>Open</h2>${todo.map(card).join('')}<button onclick=draw()>Draw</button></section>
  <section><h2>Closed</h2>${done.map((one) => `<div class=card><h3>${one.name}</h3></div>`).join('')}</section></main>`; };
draw();
</script>"""


async def used(server, session, name: str, at: int):
    """What was said of a press on the board, and the refs and words of the page before and after it."""
    await session.goto(server.page(BOARD))
    before = (await see(session)).elements
    control = [one for one in before if one.interactive and one.name == name][at]
    result = await session.perform(Click(control.ref))
    after = (await see(session)).elements
    return result.effect, before, after


async def test_what_is_drawn_anew_as_it_was_keeps_its_ref_and_has_not_changed(server, session):
    effect, before, after = await used(server, session, "Draw", 0)
    assert [(one.ref, one.role, one.name) for one in before] == [
        (one.ref, one.role, one.name) for one in after
    ]
    assert effect == ""


async def test_of_what_is_drawn_anew_only_the_smallest_part_that_changed_is_told(server, session):
    effect, before, after = await used(server, session, "Again", 1)
    assert effect == "1 element changed: '1 times'"
    assert {one.ref for one in before} == {one.ref for one in after}


async def test_a_state_that_is_drawn_anew_changes_on_the_same_element(server, session):
    _, before, after = await used(server, session, "Tick", 1)
    ticked = [one.ref for one in after if "checked" in one.states]
    assert ticked == [[one.ref for one in before if one.role == "checkbox"][1]]


async def test_a_record_that_is_removed_leaves_its_refs_to_no_other(server, session):
    effect, before, after = await used(server, session, "Remove", 0)
    words = {one.ref: one.name for one in before}
    assert all(words[one.ref] == one.name for one in after if one.ref in words)
    assert {one.ref for one in after} < set(words)
    assert effect == "gone: 'Milk 0 times Again Remove Close'"


async def test_a_record_that_begins_as_the_one_that_is_gone_is_not_taken_for_it(server, session):
    mails = "[['Ann', 'Meeting'], ['Bob', 'Report'], ['Ann', 'Lunch']]"
    page = f"""<div id=o></div><button onclick="mails.shift(); draw()">Archive</button><script>
      const mails = {mails}, used = [];
      const draw = () => {{ o.innerHTML = mails.slice(0, 2).map((one) => `<div><b>${{one[0]}}</b> <i>${{one[1]}}</i>
        <button onclick="used.push('${{one[1]}}')">Star</button></div>`).join(''); }}; draw();</script>"""
    await session.goto(server.page(page))
    star, _, archive = [one for one in (await see(session)).elements if one.role == "button"]
    assert (await session.perform(Click(archive.ref))).problem == ""
    assert (await session.perform(Click(star.ref))).problem
    assert await session.front.evaluate("used") == []
    assert star.ref not in {one.ref for one in (await see(session)).elements}


async def test_what_has_another_state_has_not_moved_there(server, session):
    page = """<nav></nav><main></main><script>
      let at = 'Macros';
      const draw = () => { document.querySelector('nav').innerHTML = ['Macros', 'Views'].map((one) =>
        `<div class="${one === at ? 'on' : ''}" tabindex=0 onclick="at = '${one}'; draw()">${one}</div>`).join('');
        document.querySelector('main').innerHTML = `<div>${at}</div>`; }; draw();</script>"""
    await session.goto(server.page(page))
    views = next(one for one in (await see(session)).elements if one.interactive and one.name == "Views")
    assert "moved" not in (await session.perform(Click(views.ref))).effect


async def test_a_list_of_which_another_item_is_the_first_now_is_the_same_list(server, session):
    lists = "${things.map(one => `<div><b>${one.name}</b> <a href=#>more</a></div>`).join('')}"
    names = ["Milk", "Eggs", "Rice"]
    page = PAGE % (json.dumps(names), "")
    page = page.replace("things.map(one => ``).join('')", f"`<div><div>{lists}</div><p>{TURN}</p></div>`")
    await session.goto(server.page(page.replace("${one.id}", "1")))
    before = (await see(session)).elements
    turn = next(one for one in before if one.name == "Turn")
    assert (await session.perform(Click(turn.ref))).effect == "'Rice' moved"
    after = (await see(session)).elements
    refs, now = ({one.name: one.ref for one in some if one.name in names} for some in (before, after))
    assert refs == now


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param("b.append(c)", "'Ann' moved from 'Open' to 'Closed'", id="to another list"),
        pytest.param("a.prepend(d)", "'Ben' moved", id="in its list"),
    ],
)
@pytest.mark.parametrize("title", ["h2", "b"])
async def test_what_is_put_elsewhere_as_it_is_has_moved(server, session, change, said, title):
    lists = "<section id=a><h2>Open</h2><p id=c>Ann</p><p id=d>Ben</p></section><section id=b><h2>Closed</h2></section>"
    lists = lists.replace("h2", title)
    await session.goto(server.page(f'<button onclick="{change}">Go</button>{lists}'))
    go = next(one for one in (await see(session)).elements if one.name == "Go")
    assert (await session.perform(Click(go.ref))).effect == said


async def test_what_is_drawn_in_another_place_has_moved(server, session):
    effect, _, _ = await used(server, session, "Close", 2)
    assert "'Rice' moved from 'Open' to 'Closed'" in effect
