"""Rows: choices, from native selects to lists that only look like one, and boxes to tick."""

from __future__ import annotations

from browser.model.actions import Press, Select, SetChecked, TypeText
from testbed.matrix.cells import Cell, Row, adding_to

ROWS: list[Row] = []
row = adding_to(ROWS)
ALL = "ref point keyboard"
OPTION = "padding:2px;cursor:default"


@row(
    "native select",
    ALL,
    "<select aria-label=Fruit onchange='tell(this.value)'><option>Apple<option>Pear<option>Plum</select>",
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.focus("combobox", "Fruit")
        await cell.perform(Press("ArrowDown"))
    else:
        assert (await cell.perform(Select(await cell.target("combobox", "Fruit"), ("Pear",)))).shown == "Pear"
    await cell.heard("Pear")


@row(
    "native select of several",
    "ref point",
    "<select multiple aria-label=Fruit onchange='tell([...this.selectedOptions].map(o => o.label).join(\", \"))'>"
    "<option selected>Apple<option>Pear<option>Plum</select>",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Select(await cell.target("listbox", "Fruit"), ("Pear", "Plum")))
    assert result.shown == "Pear, Plum"
    await cell.heard("Pear, Plum")


LIST = (
    "<ul role=listbox aria-label=Fruit tabindex=0 style='width:160px;list-style:none'{more}>"
    f"<li role=option aria-selected=true style='{OPTION}'>Apple<li role=option aria-selected=false style='{OPTION}'>Pear"
    f"<li role=option aria-selected=false style='{OPTION}'>Plum</ul>"
)
CHOSEN = "[...$('ul').children].filter((one) => one.ariaSelected === 'true').map((one) => one.textContent).join(', ')"


@row(
    "ARIA listbox",
    ALL,
    LIST.format(more=""),
    f"const options = [...$('ul').children]; const choose = (it) => {{ for (const one of options) one.ariaSelected = String(one === it); tell({CHOSEN}); }};"
    "$('ul').onclick = (event) => { if (event.target.role === 'option') choose(event.target); };"
    "$('ul').onkeydown = (event) => { if (event.key === 'ArrowDown') choose(options[options.findIndex((one) => one.ariaSelected === 'true') + 1]); };",
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.focus("listbox", "Fruit")
        await cell.perform(Press("ArrowDown"))
    else:
        result = await cell.perform(Select(await cell.target("listbox", "Fruit"), ("Pear",)))
        assert result.shown == "Pear"
    await cell.heard("Pear")


@row(
    "ARIA listbox of several",
    "ref point",
    LIST.format(more=" aria-multiselectable=true"),
    "$('ul').onclick = (event) => { const it = event.target; if (it.role !== 'option') return;"
    f"it.ariaSelected = String(it.ariaSelected !== 'true'); tell({CHOSEN}); }};",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Select(await cell.target("listbox", "Fruit"), ("Pear", "Plum")))
    assert result.shown == "Pear, Plum"
    await cell.ends_with("Pear, Plum")


@row(
    "list that a box opens",
    ALL,
    "<div class=box role=combobox tabindex=0 aria-expanded=false aria-controls=fruits aria-label=Fruit style='width:160px;border:1px solid'>Choose</div>"
    f"<div role=listbox id=fruits hidden><div role=option style='{OPTION}'>Apple</div><div role=option style='{OPTION}'>Pear</div></div>",
    "const box = $('.box'), list = $('#fruits'); const toggle = (open) => { list.hidden = !open; box.ariaExpanded = String(open); };"
    "box.onclick = () => toggle(list.hidden); list.onclick = (event) => { box.textContent = event.target.textContent; toggle(false); tell(box.textContent); };"
    "box.onkeydown = (event) => { if (event.key === 'ArrowDown') toggle(true); if (event.key === 'p') { list.children[1].click(); } };",
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.focus("combobox", "Fruit")
        await cell.perform(Press("ArrowDown"))
        await cell.perform(Press("p"))
    else:
        assert (await cell.perform(Select(await cell.target("combobox", "Fruit"), ("Pear",)))).shown == "Pear"
    await cell.heard("Pear")


@row(
    "field that suggests",
    ALL,
    "<input role=combobox aria-label=Town aria-autocomplete=list aria-expanded=false aria-controls=towns><ul role=listbox id=towns hidden></ul>",
    """const input = $('input'), list = $('ul'), towns = ['Lisbon', 'Lima', 'Linz', 'London', 'Lyon', 'Oslo'];
    input.oninput = () => setTimeout(() => { const fitting = towns.filter((town) => input.value.length > 1 && town.startsWith(input.value));
      list.innerHTML = fitting.map((town) => `<li role=option>${town}</li>`).join(''); list.hidden = !fitting.length; input.ariaExpanded = String(!list.hidden); }, 80);
    const take = (town) => { input.value = town; list.hidden = true; input.ariaExpanded = 'false'; tell(town); };
    list.onmousedown = (event) => event.preventDefault(); list.onclick = (event) => take(event.target.textContent);
    input.onkeydown = (event) => { if (event.key === 'Enter' && !list.hidden) take(list.firstChild.textContent); };""",
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.focus("combobox", "Town")
        await cell.perform(TypeText("Linz"))
        await cell.element("option", "Linz")  # whoever takes the first suggestion waits until it shows
        await cell.perform(Press("Enter"))
    else:
        assert (await cell.perform(Select(await cell.target("combobox", "Town"), ("Linz",)))).shown == "Linz"
    await cell.heard("Linz")


VIRTUAL = """const box = $('.box'), list = $('.list'), inner = $('.inner'), HIGH = 24, ALL = 1000;
const draw = () => { const first = Math.max(0, Math.floor(list.scrollTop / HIGH) - 2); inner.innerHTML = '';
  for (let at = first; at < Math.min(ALL, first + 14); at++) inner.insertAdjacentHTML('beforeend',
    `<div role=option style="position:absolute;top:${at * HIGH}px;height:${HIGH}px">Option ${at + 1}</div>`); };
list.onscroll = () => requestAnimationFrame(draw);
box.onclick = () => { list.hidden = false; box.ariaExpanded = 'true'; list.scrollTop = 0; draw(); };
list.onclick = (event) => { if (event.target.role !== 'option') return;
  box.textContent = event.target.textContent; list.hidden = true; box.ariaExpanded = 'false'; tell(box.textContent); };"""


@row(
    "options that are drawn when scrolled to",
    "ref point",
    "<div class=box role=combobox tabindex=0 aria-expanded=false aria-controls=many aria-label=Pick style='width:160px;border:1px solid'>Choose</div>"
    "<div class=list id=many role=listbox hidden style='height:200px;width:200px;overflow:auto'><div class=inner style='position:relative;height:24000px'></div></div>",
    VIRTUAL,
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Select(await cell.target("combobox", "Pick"), ("Option 700",)))
    await cell.heard("Option 700")
    assert result.shown == "Option 700"


@row(
    "list without roles, elsewhere in the document",
    "ref point",
    "<div class=box style='cursor:pointer;width:160px;border:1px solid'>Choose a size</div>",
    """const box = $('.box'); box.addEventListener('click', () => setTimeout(() => {
      const list = document.createElement('div'); list.style = 'position:fixed;left:300px;top:300px;background:#fff;border:1px solid';
      list.innerHTML = '<div>Small</div><div>Large</div>'; document.body.append(list);
      list.onclick = (event) => { box.textContent = event.target.textContent; list.remove(); tell(box.textContent); }; }, 50));""",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Select(await cell.target("", "Choose a size"), ("Large",)))
    await cell.heard("Large")
    assert result.shown == "Large"


@row(
    "calendar of its own",
    "ref point",
    "<input readonly aria-label=Day><div class=month hidden style='width:300px'></div>",
    """const field = $('input'), month = $('.month'), NAMES = ['May', 'June', 'July']; let at = 0;
    const draw = () => { month.hidden = false; month.innerHTML = `<button class=on>Next month</button><b>${NAMES[at]} 2026</b><div>` +
      [...Array(30)].map((_, day) => `<button class=day>${day + 1}</button>`).join('') + '</div>'; };
    field.onclick = draw; month.onclick = (event) => { if (event.target.matches('.on')) { at++; draw(); }
      if (event.target.matches('.day')) { field.value = `${event.target.textContent} ${NAMES[at]}`; month.hidden = true; tell(field.value); } };""",
)
async def _(cell: Cell) -> None:
    await cell.press("textbox", "Day")
    await cell.press("button", "Next month")
    await cell.press("button", "14")
    await cell.heard("14 June")


TICK = "onchange=\"tell(this.checked ? 'on' : 'off')\""


def _ticked(name: str, role: str, ways: str, html: str, script: str = "") -> None:
    @row(name, ways, html, script)
    async def _(cell: Cell) -> None:
        if cell.way == "keyboard":
            await cell.focus(role, "Ok")
            await cell.perform(Press("Space"))
        else:
            target = await cell.target(role, "Ok")
            assert (await cell.perform(SetChecked(target))).shown == "checked"
            assert "as it was" in (await cell.session.perform(SetChecked(target))).did
        await cell.heard("on")
        assert "checked" in (await cell.element(role, "Ok")).states


_ticked("checkbox", "checkbox", ALL, f"<label><input type=checkbox {TICK}> Ok</label>")
_ticked(
    "checkbox unseen behind its label",
    "checkbox",
    ALL,
    f"<style>input{{opacity:0;position:absolute;width:1px;height:1px}}</style><label><input type=checkbox {TICK}><b>Ok</b></label>",
)
_ticked(
    "checkbox that is not drawn",
    "checkbox",
    "ref point",
    f"<input type=checkbox id=tick style='display:none' {TICK}><label for=tick>Ok</label>",
)
_ticked(
    "switch",
    "switch",
    ALL,
    "<div role=switch tabindex=0 aria-checked=false aria-label=Ok style='width:40px;height:20px;border:1px solid'></div>",
    "const it = $('[role=switch]'); it.onclick = () => { it.ariaChecked = String(it.ariaChecked !== 'true'); tell(it.ariaChecked === 'true' ? 'on' : 'off'); };"
    "it.onkeydown = (event) => { if (event.key === ' ') { event.preventDefault(); it.click(); } };",
)
_ticked("radio button", "radio", ALL, f"<label><input type=radio name=one {TICK}> Ok</label>")
_ticked(
    "radio button unseen behind its label",
    "radio",
    ALL,
    f"<style>input{{appearance:none;opacity:0;position:absolute}}</style><label><input type=radio name=one {TICK}><b>Ok</b></label>"
    "<label><input type=radio name=one><b>Not</b></label>",
)
_ticked(
    "ARIA radio button",
    "radio",
    ALL,
    "<div role=radiogroup aria-label=Choice><div role=radio tabindex=0 aria-checked=false>Ok</div><div role=radio aria-checked=true>Not</div></div>",
    "const all = [...root.querySelectorAll('[role=radio]')]; for (const it of all) it.onclick = () => { for (const one of all) one.ariaChecked = String(one === it); tell('on'); };"
    "all[0].onkeydown = (event) => { if (event.key === ' ') { event.preventDefault(); all[0].click(); } };",
)
_ticked(
    "checkbox that changes after a while",
    "checkbox",
    "ref point",
    "<div role=checkbox tabindex=0 aria-checked=false aria-label=Ok style='width:20px;height:20px;border:1px solid'></div>",
    "const it = $('[role=checkbox]'); it.onclick = () => setTimeout(() => { it.ariaChecked = 'true'; tell('on'); }, 150);"
    "it.onkeydown = (event) => { if (event.key === ' ') { event.preventDefault(); it.click(); } };",
)
