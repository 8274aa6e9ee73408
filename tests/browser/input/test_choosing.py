"""Lists of choices as component libraries build them: what is typed is not chosen, and what is not there is said."""

import pytest

from browser.model.actions import Select, TypeText
from tests.support.observing import see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RIVERS = ("Danube", "Elbe", "Loire", "Oder")
AUTOCOMPLETE = """
<label for=f>River</label> <input id=f role=combobox aria-expanded=false aria-autocomplete=list aria-controls=l>
<ul id=l role=listbox hidden></ul><p id=o>none</p><script>
const all = ['Danube', 'Elbe', 'Loire', 'Oder']; let chosen = '';
const close = () => {l.hidden = true; f.setAttribute('aria-expanded', 'false')};
const draw = (filter) => {
  const some = all.filter((one) => one.toLowerCase().includes(filter.toLowerCase()));
  l.innerHTML = some.map((one) => `<li role=option aria-selected=${one == chosen}>${one}</li>`).join('') || '<li>Nothing</li>';
  l.hidden = false; f.setAttribute('aria-expanded', 'true')};
f.onclick = () => draw(''); f.oninput = () => draw(f.value);
f.onkeydown = (event) => {if (event.key == 'Escape') close(); if (event.key == 'ArrowDown') draw('')};
l.onmousedown = (event) => {event.preventDefault();
  if (event.target.role == 'option') {chosen = f.value = o.textContent = event.target.textContent; close()}};
f.onblur = () => {f.value = chosen; close()};
</script>"""
SELECT_BESIDE_ITS_VALUE = """
<div id=box style="display:grid;width:200px;height:30px;border:1px solid"><div id=v style="grid-area:1/1">Pick</div>
<input id=f role=combobox aria-label=River aria-expanded=false readonly style="grid-area:1/1;width:9px;opacity:0;z-index:-1">
</div><div id=pop hidden><div role=listbox style="width:0;height:0;overflow:hidden"><div role=option>Elbe</div></div>
<div id=l style="max-height:70px;overflow:auto"></div></div><p id=o>none</p><script>
const all = ['Danube', 'Elbe', 'Loire', 'Oder', ...Array.from({length: 40}, (_, n) => 'Brook ' + n)];
const draw = () => {const from = Math.floor(l.scrollTop / 20); l.innerHTML =
  `<div style="height:${all.length * 20}px;position:relative">` + all.slice(from, from + 5).map((one, n) =>
  `<div class=item style="position:absolute;height:20px;top:${(from + n) * 20}px"><div class=text>${one}</div><i></i></div>`).join('') + '</div>'};
box.onmousedown = (event) => {event.preventDefault(); f.focus(); pop.hidden = false; f.setAttribute('aria-expanded', 'true'); draw()};
f.onkeydown = (event) => {if (event.key == 'ArrowDown') box.onmousedown(event)};
l.onscroll = draw;
l.onclick = (event) => {v.textContent = o.textContent = event.target.textContent; pop.hidden = true; f.setAttribute('aria-expanded', 'false')};
</script>"""
LABELLED = """
<label id=n for=f style="pointer-events:none" tabindex=0>River</label><div id=f role=combobox tabindex=0 aria-expanded=false
 aria-labelledby="n f" style="width:90px;height:20px;border:1px solid"></div><p id=o>none</p><script>
f.onmousedown = () => {const l = document.createElement('ul'); l.setAttribute('role', 'listbox');
  l.innerHTML = ['Danube', 'Elbe', 'Loire', 'Oder'].map((one) => `<li role=option ${one == 'Oder' ? 'aria-disabled=true' : ''}>${one}</li>`).join('');
  l.onclick = (event) => {f.textContent = o.textContent = event.target.textContent; l.remove()}; document.body.append(l)};
</script>"""
FIRST_MARKED = """
<label for=f>River</label> <div><input id=f role=combobox aria-expanded=false aria-controls=l style="width:40px"><span id=v></span>
<ul id=l role=listbox hidden></ul></div><p id=o>none</p><script>
const all = ['Oder', 'Oder South', 'Elbe'];
f.onclick = () => {l.innerHTML = all.map((one, n) => `<li role=option aria-selected=${!n}>${one}</li>`).join('');
  l.hidden = false; f.setAttribute('aria-expanded', 'true')};
l.onclick = (event) => {v.textContent = o.textContent = event.target.textContent; l.hidden = true; f.setAttribute('aria-expanded', 'false')};
</script>"""
KINDS = {
    "typed to find": AUTOCOMPLETE,
    "value beside the field": SELECT_BESIDE_ITS_VALUE,
    "named by a label": LABELLED,
}


async def control(session, role="combobox"):
    [found] = [one for one in (await see(session)).elements if one.role == role]
    return found


@pytest.mark.parametrize("html", KINDS.values(), ids=KINDS)
async def test_an_option_is_chosen_and_shown(server, session, html):
    await session.goto(server.page(html))
    result = await session.perform(Select((await control(session)).ref, ("Elbe",)))
    assert (result.problem, result.shown) == ("", "Elbe")
    assert await session.front.evaluate("o.textContent") == "Elbe"


async def test_an_option_that_the_arrow_keys_are_on_is_not_taken_for_chosen(server, session):
    await session.goto(server.page(FIRST_MARKED))
    result = await session.perform(Select((await control(session)).ref, ("Oder",)))
    assert (result.problem, result.shown) == ("", "Oder")
    assert "Oder" in (await see(session)).text.splitlines()


@pytest.mark.parametrize("html", KINDS.values(), ids=KINDS)
async def test_an_option_that_is_not_there_is_said_with_those_that_are_and_nothing_is_changed(
    server, session, html
):
    await session.goto(server.page(html))
    field = await control(session)
    assert (await session.perform(Select(field.ref, ("Loire",)))).ok
    result = await session.perform(Select((await control(session)).ref, ("Thames",)))
    assert result.problem.startswith(
        "there is no option 'Thames'; there are 'Danube', 'Elbe', 'Loire', 'Oder'"
    )
    assert await session.front.evaluate("o.textContent") == "Loire"
    assert await session.front.evaluate("f.value || f.textContent || v.textContent") == "Loire"


async def test_an_option_that_is_drawn_only_where_it_is_scrolled_to_is_chosen(server, session):
    await session.goto(server.page(SELECT_BESIDE_ITS_VALUE))
    result = await session.perform(Select((await control(session)).ref, ("Brook 37",)))
    assert (result.problem, result.shown) == ("", "Brook 37")


async def test_an_option_that_cannot_be_chosen_is_said(server, session):
    await session.goto(server.page(LABELLED))
    result = await session.perform(Select((await control(session)).ref, ("Oder",)))
    assert result.problem == "the option 'Oder' is disabled"


async def test_the_label_of_a_list_stands_for_it(server, session):
    await session.goto(server.page(LABELLED))
    [label] = [one for one in (await see(session)).elements if one.tag == "label"]
    assert (await session.perform(Select(label.ref, ("Elbe",)))).shown == "Elbe"


async def test_an_option_is_not_taken_for_another_whose_name_has_its_letters(server, session):
    await session.goto(server.page("<select><option>Female<option>Other</select>"))
    result = await session.perform(Select((await control(session)).ref, ("male",)))
    assert result.problem == "there is no option 'male'; there are 'Female', 'Other'"


async def test_what_is_typed_into_a_list_is_told_as_not_chosen(server, session):
    await session.goto(server.page(AUTOCOMPLETE))
    result = await session.perform(TypeText("l", (await control(session)).ref))
    assert result.did == (
        "typed 'l' into combobox 'River'; no option is chosen yet: there are 'Elbe', 'Loire'"
    )


SUGGESTED = (
    "<input aria-label=Country list=l><datalist id=l><option value=NO>Norway</option>"
    "<option value=PT label=Portugal></option><option value=Peru></option></datalist>"
)


@pytest.mark.parametrize(
    ("wish", "value"), [("Norway", "NO"), ("NO", "NO"), ("Portugal", "PT"), ("peru", "Peru")]
)
async def test_a_suggestion_is_chosen_by_what_it_shows_or_by_its_value(server, session, wish, value):
    await session.goto(server.page(SUGGESTED))
    result = await session.perform(Select((await control(session)).ref, (wish,)))
    assert (result.problem, result.shown) == ("", value)


async def test_a_suggestion_that_is_not_there_is_said_with_those_that_are(server, session):
    await session.goto(server.page(SUGGESTED))
    field = await control(session)
    result = await session.perform(Select(field.ref, ("Chile",)))
    assert result.problem == "there is no option 'Chile'; there are 'Norway', 'Portugal', 'Peru'"
    typed = await session.perform(TypeText("Chile", field.ref))
    assert typed.did.endswith("; no option is chosen yet: there are 'Norway', 'Portugal', 'Peru'")
    typed = await session.perform(TypeText("Peru", field.ref))
    assert typed.did.endswith(", which is the option 'Peru'")


SECTIONS = """
<div role=group aria-label="Begins" id=g style="width:200px;height:24px;border:1px solid"></div><script>
const parts = [['Month', 12, 'MM'], ['Day', 31, 'DD'], ['Year', 9999, 'YYYY']];
g.innerHTML = parts.map(([name, most, mark]) => `<span role=spinbutton tabindex=0 contenteditable aria-label=${name}`
  + ` aria-valuemin=1 aria-valuemax=${most} data-long=${mark.length}>${mark}</span>`).join('/');
const all = [...g.children];
all.forEach((one, at) => {
  let typed = '';
  one.onfocus = () => {typed = ''};
  one.addEventListener('beforeinput', (event) => {
    event.preventDefault();
    if (/^delete/.test(event.inputType)) {
      typed = (typed || one.textContent).slice(0, -1); one.textContent = typed || 'DMY';
      if (!typed) one.removeAttribute('aria-valuenow');
    }
    if (!/\\d/.test(event.data)) return;
    typed += event.data; one.textContent = typed; one.setAttribute('aria-valuenow', Number(typed));
    if (typed.length >= one.dataset.long && all[at + 1]) all[at + 1].focus();
  });
});
</script>"""
MASKED = """
<input id=f aria-label=Begins placeholder=DD.MM.YYYY value=01.02.2025><script>
let digits = '01022025', at = 0;
f.addEventListener('beforeinput', (event) => {
  event.preventDefault();
  for (const sign of event.data || '') if (/\\d/.test(sign)) {digits = digits.slice(0, at) + sign + digits.slice(at + 1); at = (at + 1) % 8}
  else at = at > 4 ? 0 : at > 2 ? 4 : at ? 2 : 0;
  f.value = digits.replace(/(..)(..)(....)/, '$1.$2.$3')});
f.onkeydown = (event) => {if (event.key == 'Home') at = 0};
</script>"""


async def test_a_day_is_typed_into_its_sections(server, session):
    await session.goto(server.page(SECTIONS))
    result = await session.perform(TypeText("2026-12-24", (await control(session, "group")).ref))
    assert (result.problem, result.shown) == ("", "2026-12-24")
    assert await session.front.evaluate("g.textContent") == "12/24/2026"


async def test_a_day_is_typed_into_a_mask_as_the_field_writes_days(server, session):
    await session.goto(server.page(MASKED))
    result = await session.perform(TypeText("2026-12-24", (await control(session, "textbox")).ref))
    assert (result.problem, result.shown) == ("", "24.12.2026")


async def test_the_sections_of_a_day_are_emptied(server, session):
    await session.goto(server.page(SECTIONS))
    field = await control(session, "group")
    await session.perform(TypeText("2026-12-24", field.ref))
    result = await session.perform(TypeText("", field.ref))
    assert (result.problem, result.shown) == ("", "")
    assert await session.front.evaluate("all.every(one => !one.hasAttribute('aria-valuenow'))")


async def test_a_list_in_a_dialog_is_closed_without_closing_the_dialog(server, session):
    html = AUTOCOMPLETE.replace("<label", "<dialog id=d><label", 1).replace(
        "<p id=o>", "</dialog><p id=o>", 1
    )
    await session.goto(server.page(f"{html}<script>d.showModal()</script>"))
    result = await session.perform(Select((await control(session)).ref, ("Volga",)))
    assert "there is no option 'Volga'" in result.problem
    assert await session.front.evaluate("d.open && f.value === ''")


SHELLS = {
    "the body has no height": "<style>body {height: 0; overflow: hidden}</style><main style='position:fixed;inset:0'>",
    "a wrapper has none": "<div style='height:0;overflow:hidden'><main style='position:fixed;inset:0'>",
    "the page is placed by a farther one": "<div style='position:relative;height:300px'>"
    "<div style='width:0;overflow:hidden'><main style='position:absolute;inset:0'>",
}


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
async def test_an_option_is_found_in_an_application_that_fills_the_window(server, session, shell):
    await session.goto(server.page(shell + LABELLED.replace("document.body.append(l)", "f.after(l)")))
    result = await session.perform(Select((await control(session)).ref, ("Elbe",)))
    assert (result.problem, result.shown) == ("", "Elbe")


DRAWN_ANEW = """
<div id=o></div><p id=told>none</p><script>
const fields = [{name: 'Priority', value: 'Normal', all: ['Low', 'Normal', 'High']}, {name: 'Size', value: 'Small', all: ['Small', 'Large']}];
let open = -1;
const press = (at) => { open = open == at ? -1 : at; draw(); };
const choose = (at, value) => { fields[at].value = told.textContent = value; open = -1; draw(); };
const draw = () => { o.innerHTML = fields.map((one, at) => `<p>${one.name}</p><div class=drop><%(tag)s class=shown
  onclick="press(${at})">${one.value}%(mark)s</%(tag)s>${open == at ? one.all.map((each) =>
  `<div class=choice onclick="choose(${at}, '${each}')">${each}</div>`).join('') : ''}</div>`).join(''); };
draw();
</script>"""


@pytest.mark.parametrize(
    ("tag", "mark"),
    [
        pytest.param("button", "", id="a button"),
        pytest.param("div", "", id="a control that is built as its options are"),
        pytest.param("button", "${open == at ? ' (open)' : ''}", id="a button that says that it is open"),
    ],
)
async def test_a_control_that_is_drawn_anew_as_it_opens_still_chooses(server, session, tag, mark):
    await session.goto(server.page(DRAWN_ANEW % {"tag": tag, "mark": mark}))
    control = next(
        one for one in (await see(session)).elements if one.interactive and "Normal" in (one.name, one.text)
    )
    result = await session.perform(Select(control.ref, ("High",)))
    assert (result.problem, await session.front.evaluate("told.textContent")) == ("", "High")
