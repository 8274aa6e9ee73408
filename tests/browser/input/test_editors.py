"""Editors of every build: all of the old text is replaced, and what is told is what the editor holds."""

import pytest

from browser.model.actions import TypeText
from tests.support.observing import see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HIDDEN_FIELD = """
<div id=box style="position:relative;border:1px solid;height:64px;width:400px;overflow:auto;font:14px monospace">
<div style="position:absolute;width:3px;height:0;overflow:hidden"><textarea id=keys style="width:900px;height:1em"></textarea></div>
<div id=view style="white-space:pre"></div></div><script>
let text = OLD, all = false, at = 0;
const draw = () => {view.innerHTML = ''; text.split('\\n').slice(0, 3).forEach((line, n) => {
  const row = document.createElement('div'); row.innerHTML = '<b style="user-select:none"></b><span></span>';
  row.firstChild.textContent = NUMBERED ? n + 1 : ''; row.lastChild.textContent = line; view.append(row)})};
box.onmousedown = (event) => {event.preventDefault(); keys.focus(); all = false; at = 0};
keys.onkeydown = (event) => {
  if (event.ctrlKey && event.key == 'a') {all = true; event.preventDefault()}
  else if (event.ctrlKey && event.key == 'End') {all = false; at = text.length; event.preventDefault()}
  else if (/Arrow/.test(event.key)) {all = false; event.preventDefault()}
  else if (/Delete|Backspace/.test(event.key) && all) {text = ''; at = 0; all = false; draw()}
};
keys.addEventListener('copy', (event) => {
  event.preventDefault(); if (all && COPIES) event.clipboardData.setData('text/plain', text)});
keys.oninput = () => {
  const typed = keys.value; keys.value = '';
  if (all) {text = typed; at = typed.length; all = false} else {text = text.slice(0, at) + typed + text.slice(at); at += typed.length}
  draw()};
draw();
</script>"""
EDITABLE = """<div id=box contenteditable role=textbox aria-label=Note style="white-space:pre;height:60px;overflow:auto"></div>
<script>
let text = OLD, all = false;
const draw = () => {box.textContent = text.split('\\n').slice(0, 3).join('\\n')};
box.onkeydown = (event) => {
  if (event.ctrlKey && event.key == 'a') all = true;
  else if (/Arrow|End/.test(event.key)) all = false;
};
box.addEventListener('copy', (event) => {
  if (all) {event.preventDefault(); event.clipboardData.setData('text/plain', text)}});
box.addEventListener('beforeinput', (event) => {
  event.preventDefault();
  const typed = /Line|Paragraph/.test(event.inputType) ? '\\n' : event.data || '';
  text = all ? typed : text + typed; all = false; draw()});
draw();
</script>"""
LONG = "\\n".join(f"line {number}" for number in range(40))


def page(html, old, *, numbered=False, copies=True):
    for name, value in (
        ("OLD", repr(old).replace("\\\\n", "\\n")),
        ("NUMBERED", numbered),
        ("COPIES", copies),
    ):
        html = html.replace(name, str(value).lower() if isinstance(value, bool) else value)
    return html


CASES = {
    "hidden field": page(HIDDEN_FIELD, "old text"),
    "hidden field, long": page(HIDDEN_FIELD, LONG),
    "hidden field, numbered lines": page(HIDDEN_FIELD, "old text", numbered=True),
    "hidden field that gives nothing to copy": page(HIDDEN_FIELD, "old", copies=False),
    "editable, drawn in part": page(EDITABLE, LONG),
}


async def editor(session):
    [found] = [one for one in (await see(session)).elements if "editable" in one.states]
    return found


@pytest.mark.parametrize("html", CASES.values(), ids=CASES)
@pytest.mark.parametrize("new", ["select 42;", "f(a) {\n  b\n}"], ids=["a line", "lines"])
async def test_an_editor_that_keeps_its_text_for_itself_holds_the_new_text_alone(server, session, html, new):
    await session.goto(server.page(html))
    result = await session.perform(TypeText(new, (await editor(session)).ref))
    assert await session.front.evaluate("text") == new
    assert (result.problem, "".join((result.shown or "").split())) == ("", "".join(new.split()))


CHAT = """<div id=box contenteditable role=textbox style="height:60px"></div><p id=o></p><script>
box.onkeydown = (event) => {
  if (event.key != 'Enter') return;
  event.preventDefault(); o.textContent += box.innerText + ';'; box.textContent = ''};
</script>"""


async def test_what_a_page_takes_out_of_its_editor_is_not_typed_again(server, session):
    await session.goto(server.page(CHAT))
    result = await session.perform(TypeText("first\nsecond", (await editor(session)).ref))
    assert "it holds 'second'" in result.problem
    assert await session.front.evaluate("[o.textContent, box.textContent]") == ["first;", "second"]


async def test_text_at_the_end_of_an_editor_leaves_what_is_there_as_it_is(server, session):
    await session.goto(
        server.page(
            "<div contenteditable role=textbox><b>Bold</b> words</div><script>const box = document.querySelector('div');"
            "box.onkeyup = () => {if (box.textContent.endsWith('(')) box.append(')')}</script>"
        )
    )
    await session.perform(TypeText(" f(", (await editor(session)).ref, clear=False))
    assert await session.front.evaluate("box.querySelector('b')?.textContent") == "Bold"


async def test_text_is_put_at_the_end_of_such_an_editor(server, session):
    await session.goto(server.page(CASES["hidden field, long"]))
    result = await session.perform(TypeText("\nlast", (await editor(session)).ref, clear=False))
    assert result.problem == ""
    assert (await session.front.evaluate("text")).endswith("line 39\nlast")


async def test_an_editor_that_does_not_take_the_text_says_what_it_holds(server, session):
    html = page(HIDDEN_FIELD, "old text").replace("keys.oninput = () => {", "keys.oninput = () => {return;")
    await session.goto(server.page(html))
    result = await session.perform(TypeText("new", (await editor(session)).ref))
    assert "still shows 'old text'" in result.problem


async def test_an_emptied_editor_is_empty(server, session):
    await session.goto(server.page(CASES["hidden field, long"]))
    result = await session.perform(TypeText("", (await editor(session)).ref))
    assert (result.problem, await session.front.evaluate("text")) == ("", "")


async def test_a_frame_whose_whole_document_is_edited_is_a_field(server, session):
    await session.goto(
        server.page(
            "<iframe title=Message srcdoc='<p>old</p><p>lines</p>'"
            " onload=\"this.contentDocument.designMode='on'\"></iframe>"
        )
    )
    field = await editor(session)
    assert field.role == "textbox"
    result = await session.perform(TypeText("new text", field.ref))
    assert (result.problem, result.shown) == ("", "new text")
    assert await session.front.evaluate("frames[0].document.body.innerText.trim()") == "new text"


async def test_a_field_drawn_by_the_page_alone_is_a_field(server, session):
    await session.goto(
        server.page(
            "<div id=box tabindex=0 aria-label=Code style='width:300px;height:60px;border:1px solid'>"
            "<div id=host style='width:1px;height:1px' role=textbox tabindex=0></div><pre id=view>old</pre></div>"
            "<script>const edit = new EditContext({text: 'old'}); host.editContext = edit; let all = false;"
            "box.onmousedown = (event) => {event.preventDefault(); host.focus()};"
            "host.onkeydown = (event) => {if (event.ctrlKey && event.key == 'a') {all = true; event.preventDefault()}};"
            "edit.addEventListener('textupdate', (event) => {view.textContent = all ? event.text"
            " : view.textContent + event.text; all = false});</script>"
        )
    )
    result = await session.perform(TypeText("new text", (await editor(session)).ref))
    assert (result.problem, result.shown) == ("", "new text")
