"""Rows: dragging, scrolling, and elements that move, hide, go, or come back as others."""

from __future__ import annotations

from browser.model.actions import (
    Click,
    Collect,
    Drag,
    HoldKey,
    MouseDown,
    MouseMove,
    MouseUp,
    Point,
    Press,
    Scroll,
    TypeText,
)
from testbed.matrix.cells import Cell, Row, adding_to

ROWS: list[Row] = []
row = adding_to(ROWS)
ALL = "ref point keyboard"
SQUARE = "width:80px;height:80px;border:1px solid;display:inline-block;margin:20px"


@row(
    "native drag and drop",
    "ref point",
    f"<div class=from draggable=true role=button aria-label=Card style='{SQUARE}'>Card</div>"
    f"<div class=to role=button aria-label=Bin style='{SQUARE}'>Bin</div>",
    "$('.from').ondragstart = (event) => event.dataTransfer.setData('text/plain', 'card');"
    "$('.to').ondragover = (event) => event.preventDefault();"
    "$('.to').ondrop = (event) => { event.preventDefault(); tell('dropped ' + event.dataTransfer.getData('text/plain')); };",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Drag(await cell.target("button", "Card"), await cell.target("button", "Bin")))
    assert cell.way == "point" or ("Card" in result.did and "Bin" in result.did)
    await cell.heard("dropped card")


@row(
    "drag by pointer events",
    "ref point",
    f"<div class=from role=button aria-label=Card style='{SQUARE};touch-action:none'>Card</div>"
    f"<div class=to role=button aria-label=Bin style='{SQUARE}'>Bin</div>",
    """const from = $('.from'), to = $('.to'); let held = false;
    from.onpointerdown = (event) => { held = true; from.setPointerCapture(event.pointerId); };
    from.onpointermove = (event) => { if (held) from.style.opacity = .5; };
    from.onpointerup = (event) => { held = false; const box = to.getBoundingClientRect();
      tell(event.clientX > box.left && event.clientX < box.right && event.clientY > box.top && event.clientY < box.bottom ? 'in' : 'out'); };""",
)
async def _(cell: Cell) -> None:
    await cell.perform(Drag(await cell.target("button", "Card"), await cell.target("button", "Bin")))
    await cell.heard("in")


@row(
    "bare movements of the mouse",
    "point",
    "<canvas aria-label=Pad width=300 height=120 style='background:#eee'></canvas>",
    "const pad = $('canvas'); let held = false; pad.onmousedown = () => { held = true; }; pad.onmouseup = (event) => { if (held) tell('drawn to ' + Math.round(event.offsetX)); };",
)
async def _(cell: Cell) -> None:
    pad = await cell.element("canvas")
    assert pad.box
    for action in (
        MouseMove(Point(pad.box.x + 20, pad.box.y + 20)),
        MouseDown(),
        MouseMove(Point(pad.box.x + 200, pad.box.y + 60)),
        MouseUp(),
    ):
        await cell.perform(action)
    await cell.heard("drawn to 200")


@row(
    "key held down",
    "keyboard",
    "<input aria-label=Find onkeydown=\"if(!event.repeat)tell('down')\" onkeyup=\"tell('up')\">",
)
async def _(cell: Cell) -> None:
    await cell.focus("textbox", "Find")
    before = len(await cell.record())
    await cell.perform(HoldKey("a", 0.1))
    assert (await cell.record())[before:] == ["down", "up"]


SCROLLED = "let last = 0; $('.pane').addEventListener('scroll', () => { const at = $('.pane').scrollTop; clearTimeout(last); last = setTimeout(() => tell(at > 0), 60); });"


@row(
    "scrolling in a container",
    ALL,
    "<div class=pane tabindex=0 aria-label=Pane role=region style='height:120px;overflow:auto;width:300px;border:1px solid'>"
    "<div style='height:1500px'><button>In</button></div></div><div style='height:3000px'></div>",
    SCROLLED,
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.focus("region", "Pane")
        await cell.perform(Press("PageDown"))
    else:
        await cell.perform(Scroll(dy=150, target=await cell.target("button", "In")))
    assert cell.way != "ref" or (cell.result and cell.result.did == "scrolled region 'Pane' 150 px down")
    await cell.records("true")


@row(
    "scrolling to the end",
    "ref point",
    "<div class=pane style='height:120px;overflow:auto;width:300px;border:1px solid'><p>Start</p><button>In</button>"
    "<div style='height:1500px'></div><p>End</p></div>",
    "const pane = $('.pane'); pane.addEventListener('scroll', () => { if (pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2) tell('end'); });",
)
async def _(cell: Cell) -> None:
    await cell.perform(Scroll(to="bottom", target=await cell.target("button", "In")))
    await cell.ends_with("end")


@row(
    "far below",
    ALL,
    "<div style='height:2500px'>Above</div><button onclick=\"tell('deep')\">Deep</button><div style='height:900px'></div>",
)
async def _(cell: Cell) -> None:
    if cell.way == "point":  # as one does who sees pictures only: turn the wheel until it is in view
        for _ in range(12):
            box = (await cell.element("button", "Deep")).box
            if box and "offscreen" not in (await cell.element("button", "Deep")).states and 100 < box.y < 550:
                break
            await cell.perform(Scroll(dy=400, target=Point(400, 300)))
    await cell.press("button", "Deep")
    await cell.heard("deep")


@row(
    "scrolled out of sight in a container",
    "ref keyboard",
    "<div style='height:100px;overflow:auto;border:1px solid'><div style='height:700px'>Above</div><button onclick=\"tell('low')\">Low</button></div>",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Low")
    await cell.heard("low")


@row(
    "under a bar that sticks",
    "ref",
    "<div style='position:sticky;top:0;height:90px;background:#ccc;z-index:1'>Bar</div><div style='height:1200px'></div>"
    "<button onclick=\"tell('got')\">Low</button><div style='height:1500px'></div>",
)
async def _(cell: Cell) -> None:
    button = await cell.element("button", "Low")
    await cell.perform(Scroll(to="bottom", target=button.ref))
    await cell.press("button", "Low")
    await cell.heard("got")


@row(
    "what slides in",
    "ref point",
    "<style>@keyframes in{from{transform:translateX(400px)}to{transform:none}}.card{animation:in .4s;width:100px}</style>"
    "<button class=card onclick=\"tell('caught')\">Go</button>",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Go")
    await cell.heard("caught")


@row(
    "what was moved",
    "ref",
    "<button class=mover>Move</button><div class=home><button class=it onclick=\"tell('found')\">Go</button></div><div style='height:300px'></div><div class=away></div>",
    "$('.mover').onclick = () => $('.away').append($('.it'));",
)
async def _(cell: Cell) -> None:
    ref = (await cell.element("button", "Go")).ref
    await cell.press("button", "Move")
    await cell.perform(Click(ref))
    await cell.heard("found")


LINES = "<button class=again>Again</button><ul class=lines></ul>"
DRAWN = """let lines = ['Ann', 'Bob', 'Cid'];
const draw = () => { $('.lines').innerHTML = lines.map((name) => `<li>${name} <button>Delete</button></li>`).join('');
  for (const one of root.querySelectorAll('li button')) one.onclick = () => tell('deleted ' + one.parentElement.firstChild.data.trim()); };
$('.again').onclick = () => { AGAIN draw(); }; draw();"""


async def _delete_of(cell: Cell, name: str) -> str:
    await cell.element("button", "Again")
    lines = [one for one in cell.seen.elements if one.role == "listitem" and name in one.text]
    inside = {one.ref for one in lines}
    return next(one.ref for one in cell.seen.elements if one.name == "Delete" and one.parent in inside)


@row("drawn anew since it was seen", "ref", LINES, DRAWN.replace("AGAIN", ""))
async def _(cell: Cell) -> None:
    ref = await _delete_of(cell, "Bob")
    await cell.press("button", "Again")
    await cell.perform(Click(ref))
    await cell.heard("deleted Bob")


@row("drawn anew without it", "ref", LINES, DRAWN.replace("AGAIN", "lines = ['Ann', 'Cid'];"))
async def _(cell: Cell) -> None:
    ref = await _delete_of(cell, "Bob")
    await cell.press("button", "Again")
    await cell.refused(Click(ref), "not on the page any more")
    await cell.unheard()


@row(
    "field drawn anew since it was seen",
    "ref",
    "<button class=again>Again</button><form class=form></form>",
    "const draw = () => { $('.form').innerHTML = `<input aria-label=Name oninput='tell(this.value)'><input aria-label=Town>`; }; $('.again').onclick = draw; draw();",
)
async def _(cell: Cell) -> None:
    ref = (await cell.element("textbox", "Name")).ref
    await cell.press("button", "Again")
    await cell.perform(TypeText("Ada", ref))
    await cell.ends_with("Ada")


@row(
    "what is gone",
    "ref",
    "<button class=it>Go</button><button class=off>Off</button>",
    "$('.off').onclick = () => $('.it').remove();",
)
async def _(cell: Cell) -> None:
    ref = (await cell.element("button", "Go")).ref
    await cell.press("button", "Off")
    await cell.refused(Click(ref), "not on the page any more")


@row(
    "what was hidden",
    "ref",
    "<button class=it onclick=\"tell('clicked')\">Go</button><button class=off>Off</button>",
    "$('.off').onclick = () => { $('.it').style.display = 'none'; };",
)
async def _(cell: Cell) -> None:
    ref = (await cell.element("button", "Go")).ref
    await cell.press("button", "Off")
    await cell.refused(Click(ref), "it is hidden", "Go")
    await cell.unheard()


@row(
    "what is covered",
    "ref",
    "<div style='position:relative;height:200px'><button onclick=\"tell('clicked')\">Go</button>"
    "<div class=veil style='position:absolute;inset:0;background:#eee'>Cookies</div></div>",
)
async def _(cell: Cell) -> None:
    button = await cell.element("button", "Go")
    assert "covered" in button.states
    await cell.refused(Click(button.ref), "covered", "Cookies")
    await cell.unheard()


@row(
    "what is disabled",
    "ref",
    "<button disabled onclick=\"tell('clicked')\">Go</button><input disabled aria-label=Name>",
)
async def _(cell: Cell) -> None:
    await cell.refused(Click((await cell.element("button", "Go")).ref), "disabled")
    await cell.refused(TypeText("x", (await cell.element("textbox", "Name")).ref), "disabled")
    await cell.unheard()


@row(
    "long list",
    "ref",
    "<ul class=list></ul><button class=more>Load more</button>",
    "let count = 0; const more = () => { for (let at = 0; at < 12; at++) $('.list').insertAdjacentHTML('beforeend', `<li><a href='#${++count}'>Row ${count}</a></li>`);"
    "tell(count); if (count >= 36) $('.more').remove(); }; $('.more').onclick = more; more();",
)
async def _(cell: Cell) -> None:
    listed = await cell.element("list")
    result = await cell.perform(Collect(listed.ref))
    assert result.collected
    assert [line.text for line in result.collected.rows] == [f"Row {at}" for at in range(1, 37)]
    assert result.collected.complete
    assert (await cell.record())[-1] == "36"
