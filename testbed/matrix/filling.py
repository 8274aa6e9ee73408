"""Rows: fields that take text or a value."""

from __future__ import annotations

from browser.model.actions import Drag, EnterCode, Point, Press, TypeText
from testbed.matrix.cells import CODE, Cell, Row, adding_to

ROWS: list[Row] = []
row = adding_to(ROWS)
ALL = "ref point keyboard"

TRACKED = """
const track = (input) => {  // as React does: what a script sets is known already, and an event that brings nothing new is dropped
  const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  let known = own.get.call(input);
  Object.defineProperty(input, 'value', {configurable: true, get: () => own.get.call(input), set: (value) => { known = String(value); own.set.call(input, value); }});
  return () => { const now = own.get.call(input); if (now === known) return false; known = now; return true; };
};"""
EDITOR = """
const pad = $('.pad');
let text = 'old words';
const show = (at) => {
  pad.innerHTML = text.split('\\n').map((line) => `<p data-line>${line.replace(/</g, '&lt;') || '<br>'}</p>`).join('');
  const lines = [...pad.children];
  let left = at, number = 0;
  while (number < lines.length - 1 && left > text.split('\\n')[number].length) left -= text.split('\\n')[number++].length + 1;
  const node = lines[number].firstChild, selection = (root.getSelection || document.getSelection).call(root.getSelection ? root : document);
  if (pad.matches(':focus')) selection.collapse(node.nodeType === 3 ? node : lines[number], node.nodeType === 3 ? left : 0);
};
const offset = (node, at) => {
  if (node === pad) return at === 0 ? 0 : [...pad.children].slice(0, at).reduce((sum, line) => sum + line.textContent.length + 1, -1);
  const line = (node.nodeType === 3 ? node.parentElement : node).closest('[data-line]'), before = [...pad.children].indexOf(line);
  return [...pad.children].slice(0, before).reduce((sum, each) => sum + each.textContent.length + 1, 0) + (node.nodeType === 3 ? at : 0);
};
pad.addEventListener('beforeinput', (event) => {
  event.preventDefault();
  const range = event.getTargetRanges()[0];
  if (!range) return;
  let from = offset(range.startContainer, range.startOffset), to = Math.min(text.length, offset(range.endContainer, range.endOffset));
  const put = event.inputType === 'insertParagraph' || event.inputType === 'insertLineBreak' ? '\\n' : event.data || (event.dataTransfer ? event.dataTransfer.getData('text/plain') : '');
  text = text.slice(0, from) + put + text.slice(to);
  show(from + put.length);
  tell(text);
});
show(0);"""


@row("text field", ALL, "<input aria-label=Name value=old oninput='tell(this.value)'>")
async def _(cell: Cell) -> None:
    result = await cell.perform(TypeText("Ada", await cell.place("textbox", "Name")))
    await cell.ends_with("Ada")
    assert result.shown == "Ada"


@row("text field, typed on at its end", ALL, "<input aria-label=Name value=Ada oninput='tell(this.value)'>")
async def _(cell: Cell) -> None:
    place = await cell.place("textbox", "Name")
    if cell.way == "keyboard":
        await cell.perform(Press("End"))
    await cell.perform(TypeText(" L.", place, clear=False))
    await cell.ends_with("Ada L.")


@row("text of several lines", ALL, "<textarea aria-label=Note oninput='tell(this.value)'></textarea>")
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("a\nb", await cell.place("textbox", "Note")))
    await cell.ends_with("a\nb")


@row("password", ALL, "<input type=password aria-label=Password oninput='tell(this.value.length)'>")
async def _(cell: Cell) -> None:
    result = await cell.perform(TypeText("hunter2", await cell.place("textbox", "Password")))
    assert (await cell.record())[-1:] == ["7"]
    assert cell.way != "ref" or "hunter2" not in f"{result.did}{result.effect}{result.shown}"


@row("number", ALL, "<input type=number aria-label=Count oninput='tell(this.value)'>")
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("1,234", await cell.place("spinbutton", "Count")))
    await cell.ends_with("1234")


def _picked(kind: str, role: str, text: str, value: str) -> None:
    @row(f"{kind} field", ALL, f"<input type={kind} aria-label=When onchange='tell(this.value)'>")
    async def _(cell: Cell) -> None:
        result = await cell.perform(TypeText(text, await cell.place(role, "When")))
        await cell.heard(value)
        assert result.shown == value


_picked("date", "input", "5 March 2026", "2026-03-05")
_picked("time", "input", "8:04 PM", "20:04")
_picked("month", "input", "March 2026", "2026-03")
_picked("week", "input", "week 7 of 2026", "2026-W07")
_picked("datetime-local", "input", "2026-03-05 3:30 pm", "2026-03-05T15:30")
_picked("color", "input", "red", "#ff0000")


@row("slider by value", ALL, "<input type=range max=50 aria-label=Loud onchange='tell(this.value)'>")
async def _(cell: Cell) -> None:
    result = await cell.perform(TypeText("20", await cell.place("slider", "Loud")))
    await cell.heard("20")
    assert result.shown == "20"


@row(
    "slider by its arrow keys",
    "keyboard",
    "<input type=range max=50 value=5 aria-label=Loud onchange='tell(this.value)'>",
)
async def _(cell: Cell) -> None:
    await cell.focus("slider", "Loud")
    await cell.perform(Press("ArrowRight", repeat=3))
    await cell.ends_with("8")


@row(
    "slider dragged",
    "ref point",
    "<input type=range style='width:300px' aria-label=Loud onchange='tell(this.value > 70)'>",
)
async def _(cell: Cell) -> None:
    slider = await cell.element("slider", "Loud")
    assert slider.box
    x, y = slider.box.center
    await cell.perform(Drag(slider.ref if cell.way == "ref" else Point(x, y), Point(x + 90, y)))
    await cell.heard("true")


ARIA_SLIDER = (
    "<div role={role} tabindex=0 aria-label=Loud aria-valuemin=0 aria-valuemax=50 aria-valuenow=5"
    " style='width:160px;height:20px;border:1px solid'></div>"
)
STEPS = """const slider = $('[role]'); slider.onkeydown = (event) => {
  const step = {KEYS}[event.key] || 0;
  if (!step) return;
  event.preventDefault();
  slider.setAttribute('aria-valuenow', Number(slider.getAttribute('aria-valuenow')) + step); tell(slider.getAttribute('aria-valuenow'));
};"""


@row(
    "ARIA slider",
    ALL,
    ARIA_SLIDER.format(role="slider"),
    STEPS.replace("KEYS", "ArrowRight: 1, ArrowLeft: -1"),
)
async def _(cell: Cell) -> None:
    result = await cell.perform(TypeText("9", await cell.place("slider", "Loud")))
    await cell.heard("6", "7", "8", "9")
    assert result.shown == "9"


@row(
    "ARIA spin button",
    ALL,
    ARIA_SLIDER.format(role="spinbutton"),
    STEPS.replace("KEYS", "ArrowUp: 1, ArrowDown: -1"),
)
async def _(cell: Cell) -> None:
    result = await cell.perform(TypeText("3", await cell.place("spinbutton", "Loud")))
    await cell.heard("4", "3")
    assert result.shown == "3"


@row(
    "ARIA slider that knows no keys",
    "ref point",
    "<div class=track style='position:relative;width:400px;height:20px;background:#ddd;margin:20px'><div role=slider aria-label=Loud"
    " tabindex=0 aria-valuemin=0 aria-valuemax=100 aria-valuenow=20 style='position:absolute;left:70px;width:20px;height:20px;background:#369'></div></div>",
    """const track = $('.track'), thumb = $('[role=slider]'); let held = false;
    thumb.onpointerdown = (event) => { held = true; thumb.setPointerCapture(event.pointerId); event.preventDefault(); };
    thumb.onpointermove = (event) => { if (!held) return;
      const share = Math.min(1, Math.max(0, (event.clientX - track.getBoundingClientRect().left) / 400));
      thumb.style.left = share * 400 - 10 + 'px'; thumb.setAttribute('aria-valuenow', Math.round(share * 100)); };
    thumb.onpointerup = () => { held = false; tell(thumb.getAttribute('aria-valuenow')); };""",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(TypeText("75", await cell.target("slider", "Loud")))
    await cell.ends_with("75")
    assert result.shown == "75"


@row(
    "editable text",
    ALL,
    "<div contenteditable role=textbox aria-label=Note oninput='tell(this.textContent)'>old</div>",
)
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("new words", await cell.place("textbox", "Note")))
    await cell.ends_with("new words")


@row(
    "editor that draws itself anew",
    ALL,
    "<div class=pad contenteditable role=textbox aria-multiline=true aria-label=Note style='border:1px solid;width:300px'></div>",
    EDITOR,
)
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("new\nwords", await cell.place("textbox", "Note")))
    await cell.ends_with("new\nwords")


@row(
    "controlled field",
    ALL,
    "<input aria-label=Name>",
    TRACKED + "const input = $('input'), news = track(input); let state = '';"
    "input.addEventListener('input', () => { if (!news()) return; state = input.value.toUpperCase(); tell(state);"
    "setTimeout(() => { input.value = state; }); });",
)
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("Ada", await cell.place("textbox", "Name")))
    await cell.ends_with("ADA")
    assert (await cell.element("textbox", "Name")).value == "ADA"


@row(
    "controlled date field",
    ALL,
    "<input type=date aria-label=When>",
    TRACKED + "const input = $('input'), news = track(input); let state = '';"
    "input.addEventListener('input', () => { if (news()) { state = input.value; tell(state); } input.value = state; });",
)
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("5 March 2026", await cell.place("input", "When")))
    await cell.heard("2026-03-05")


@row(
    "field with a mask",
    ALL,
    "<input aria-label=Phone>",
    "const input = $('input'); input.addEventListener('input', () => { const d = input.value.replace(/[^0-9]/g, '');"
    "input.value = d.length > 3 ? `(${d.slice(0, 3)}) ${d.slice(3, 6)}${d.length > 6 ? '-' + d.slice(6, 10) : ''}` : d; tell(input.value); });",
)
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("5551234567", await cell.place("textbox", "Phone")))
    await cell.ends_with("(555) 123-4567")


@row(
    "form that Enter sends",
    ALL,
    "<form onsubmit='tell(this.q.value);return false'><input name=q aria-label=Find></form>",
)
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("tides", await cell.place("textbox", "Find"), submit=True))
    await cell.heard("tides")


@row(
    "field that checks when it is left",
    ALL,
    "<input aria-label=Name onchange='tell(this.value)'><button>Next</button>",
)
async def _(cell: Cell) -> None:
    await cell.perform(TypeText("Ada", await cell.place("textbox", "Name")))
    await cell.perform(Press("Tab"))
    await cell.heard("Ada")


@row("one-time code", "ref point", "<input aria-label=Code oninput='tell(this.value)'>")
async def _(cell: Cell) -> None:
    result = await cell.perform(EnterCode(await cell.target("textbox", "Code")))
    assert (await cell.record())[-1:] == [CODE]
    assert "one-time code" in result.did
    assert CODE not in result.did


@row(
    "field that is replaced when it is entered",
    ALL,
    "<span class=box><input aria-label=Name class=dummy></span>",
    "$('.dummy').onfocus = () => { $('.box').innerHTML = `<input aria-label=Name oninput='tell(this.value)'>`; $('.box').firstChild.focus(); };",
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.element("textbox", "Name")
        await cell.perform(Press("Tab"))
        await cell.perform(TypeText("Ada"))
    else:
        await cell.perform(TypeText("Ada", await cell.target("textbox", "Name")))
    await cell.ends_with("Ada")


@row(
    "chord",
    ALL,
    "<input aria-label=Find>",
    """root.addEventListener('keydown', (event) => {
  if (event.ctrlKey && event.key.toLowerCase() === 'k') { event.preventDefault(); tell('chord'); } });""",
)
async def _(cell: Cell) -> None:
    await cell.perform(Press("Control+k", await cell.place("textbox", "Find")))
    await cell.heard("chord")
