"""Rows: things to press, of every kind, and menus."""

from __future__ import annotations

from browser.model.actions import Click, Hover, Point, Press
from testbed.matrix.cells import Cell, Row, adding_to

ROWS: list[Row] = []
row = adding_to(ROWS)
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@row("button", "ref point keyboard", "<button onclick=\"tell('clicked')\">Go</button>")
async def _(cell: Cell) -> None:
    await cell.press("button", "Go")
    await cell.heard("clicked")


@row(
    "link that a script answers",
    "ref point keyboard",
    "<a href='#x' onclick=\"tell('clicked');return false\">Go</a>",
)
async def _(cell: Cell) -> None:
    await cell.press("link", "Go")
    await cell.heard("clicked")


@row("link to another page", "ref point keyboard", "<a href='/arrived.html'>Go</a>")
async def _(cell: Cell) -> None:
    result = await cell.press("link", "Go")
    assert "/arrived.html" in result.effect, result
    assert await cell.record() == ["arrived"]
    assert await cell.element("heading", "Arrived")


@row(
    "thing with a listener",
    "ref point",
    "<div class=thing style='width:120px;padding:8px;border:1px solid'>Go</div>",
    "$('.thing').addEventListener('click', () => tell('clicked'));",
)
async def _(cell: Cell) -> None:
    await cell.press("", "Go")
    await cell.heard("clicked")


@row(
    "thing with a hand cursor, heard further up",
    "ref point",
    "<ul style='list-style:none'><li class=thing style='cursor:pointer'>Go</li><li>Other</li></ul>",
    "root.addEventListener('click', (event) => { if (event.target.matches('.thing')) tell('clicked'); });",
)
async def _(cell: Cell) -> None:
    await cell.press("", "Go")
    await cell.heard("clicked")


@row(
    "thing with a tabindex",
    "ref point keyboard",
    "<div tabindex=0 style='width:120px;border:1px solid' onclick=\"tell('pressed')\""
    " onkeydown=\"if(event.key=='Enter')tell('pressed')\">Go</div>",
)
async def _(cell: Cell) -> None:
    await cell.press("", "Go")
    await cell.heard("pressed")


@row(
    "icon with a label",
    "ref point keyboard",
    "<button aria-label=Save onclick=\"tell('saved')\"><svg width=20 height=20><path d='M2 2L18 18' stroke='red'/></svg></button>",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Save")
    await cell.heard("saved")


@row(
    "shape of a drawing",
    "ref point",
    "<svg width=200 height=100><circle role=button aria-label=Dot cx=150 cy=50 r=30 fill=red /></svg>",
    "$('circle').addEventListener('click', () => tell('dot'));",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Dot")
    await cell.heard("dot")


@row(
    "place on a canvas",
    "ref point",
    "<canvas aria-label=Plot width=200 height=100 style='background:#eee'></canvas>",
    "$('canvas').addEventListener('click', (event) => tell(Math.round(event.offsetX) + ',' + Math.round(event.offsetY)));",
)
async def _(cell: Cell) -> None:
    canvas = await cell.element("canvas")
    assert canvas.box
    if cell.way == "ref":
        await cell.perform(Click(canvas.ref))
        await cell.heard("100,50")
    else:
        await cell.perform(Click(Point(canvas.box.x + 30, canvas.box.y + 20)))
        await cell.heard("30,20")


@row(
    "video",
    "ref point",
    "<video aria-label=Clip width=160 height=90 style='background:#333'></video>",
    "$('video').addEventListener('click', () => tell('video'));",
)
async def _(cell: Cell) -> None:
    await cell.perform(Click(await cell.target("video")))
    await cell.heard("video")


@row(
    "area of a picture",
    "ref point keyboard",
    f"<img usemap='#halves' width=200 height=100 src='{PIXEL}' alt=Map><map name=halves>"
    "<area shape=rect coords='0,0,100,100' href='#' alt=Left onclick=\"tell('left');return false\">"
    "<area shape=rect coords='100,0,200,100' href='#' alt=Right onclick=\"tell('right');return false\"></map>",
)
async def _(cell: Cell) -> None:
    await cell.press("link", "Right")
    await cell.heard("right")


@row("double click", "ref point", "<button ondblclick=\"tell('twice')\">Go</button>")
async def _(cell: Cell) -> None:
    await cell.perform(Click(await cell.target("button", "Go"), count=2))
    await cell.heard("twice")


@row("right click", "ref point", "<button oncontextmenu=\"tell('menu');return false\">Go</button>")
async def _(cell: Cell) -> None:
    await cell.perform(Click(await cell.target("button", "Go"), button="right"))
    await cell.heard("menu")


@row(
    "click with a key held",
    "ref point",
    "<button onclick=\"tell(event.shiftKey ? 'shift' : 'plain')\">Go</button>",
)
async def _(cell: Cell) -> None:
    await cell.perform(Click(await cell.target("button", "Go"), modifiers=("Shift",)))
    await cell.heard("shift")


@row(
    "disclosure",
    "ref point keyboard",
    "<details><summary>More</summary><p>Inside</p></details>",
    "$('details').addEventListener('toggle', (event) => tell(event.target.open ? 'open' : 'shut'));",
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.focus("summary")
        await cell.perform(Press("Enter"))
    else:
        await cell.perform(Click(await cell.target("summary")))
    await cell.heard("open")


@row(
    "tab of a tab list",
    "ref point keyboard",
    "<div role=tablist><button role=tab aria-selected=true class=one>One</button>"
    "<button role=tab aria-selected=false tabindex=-1 class=two>Two</button></div><div role=tabpanel>First panel</div>",
    "const choose = () => { $('.one').ariaSelected = 'false'; $('.two').ariaSelected = 'true'; $('.two').focus();"
    "$('[role=tabpanel]').textContent = 'Second panel'; tell('two'); };"
    "$('.two').onclick = choose; $('.one').onkeydown = (event) => { if (event.key === 'ArrowRight') choose(); };",
)
async def _(cell: Cell) -> None:
    if cell.way == "keyboard":
        await cell.focus("tab", "One")
        await cell.perform(Press("ArrowRight"))
    else:
        await cell.press("tab", "Two")
    await cell.heard("two")
    assert "Second panel" in (await cell.see()).text


@row(
    "branch of a tree",
    "ref point keyboard",
    "<ul role=tree aria-label=Files><li role=treeitem aria-expanded=false tabindex=0><span>Branch</span></li></ul>",
    "const open = () => { $('li').ariaExpanded = 'true'; $('li').insertAdjacentHTML('beforeend', '<ul role=group><li role=treeitem>Leaf</ul>'); tell('open'); };"
    "$('li').onclick = open; $('li').onkeydown = (event) => { if (event.key === 'ArrowRight') open(); };",
)
async def _(cell: Cell) -> None:
    await cell.press("treeitem", "Branch", keys="ArrowRight")
    await cell.heard("open")
    assert "expanded" in (await cell.element("treeitem")).states


@row(
    "menu that a button opens",
    "ref point keyboard",
    "<button aria-haspopup=menu aria-expanded=false>Actions</button><ul role=menu hidden style='width:120px'>"
    "<li role=menuitem tabindex=-1>Copy<li role=menuitem tabindex=-1>Move</ul>",
    "const menu = $('ul'), items = [...menu.children]; $('button').onclick = () => { menu.hidden = false; items[0].focus(); };"
    "menu.onclick = (event) => { menu.hidden = true; tell(event.target.textContent); };"
    "menu.onkeydown = (event) => { if (event.key === 'ArrowDown') items[1].focus(); if (event.key === 'Enter') event.target.click(); };",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Actions")
    if cell.way == "keyboard":
        await cell.perform(Press("ArrowDown"))
        await cell.perform(Press("Enter"))
    else:
        await cell.press("menuitem", "Move")
    await cell.heard("Move")


@row(
    "menu that opens under the pointer",
    "ref point",
    "<style>.sub{display:none}.menu:hover .sub{display:block}.menu{display:inline-block;border:1px solid}</style>"
    "<div class=menu><a href='#' tabindex=-1>Products</a><div class=sub><button onclick=\"tell('boats')\">Boats</button></div></div>",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Hover(await cell.target("link", "Products")))
    assert cell.way == "point" or "Products" in result.did
    await cell.press("button", "Boats")
    await cell.heard("boats")


@row(
    "button that shows under the pointer",
    "ref point",
    "<style>.line button{visibility:hidden}.line:hover button{visibility:visible}.line{width:300px;border:1px solid}</style>"
    "<div class=line tabindex=0>Line one <button onclick=\"tell('deleted')\">Delete</button></div>",
)
async def _(cell: Cell) -> None:
    line = await cell.element("", "Line one")
    assert line.box
    await cell.perform(Hover(line.ref if cell.way == "ref" else Point(line.box.x + 20, line.box.y + 8)))
    await cell.press("button", "Delete")
    await cell.heard("deleted")


@row(
    "modal dialog",
    "ref point keyboard",
    "<button onclick=\"tell('behind')\">Behind</button><dialog><p>Sure?</p><button class=yes onclick=\"tell('yes')\">Yes</button></dialog>",
    "$('dialog').showModal();",
)
async def _(cell: Cell) -> None:
    behind = await cell.element("button", "Behind") if cell.way == "ref" else None
    if behind:
        await cell.refused(Click(behind.ref), "in front of it")
    await cell.press("button", "Yes")
    await cell.heard("yes")


@row(
    "dialog that Escape closes",
    "keyboard",
    "<dialog><button autofocus>Yes</button></dialog>",
    "$('dialog').onclose = () => tell('closed'); $('dialog').showModal();",
)
async def _(cell: Cell) -> None:
    await cell.focus("button", "Yes")
    await cell.perform(Press("Escape"))
    await cell.heard("closed")


@row(
    "popover",
    "ref point keyboard",
    "<button popovertarget=pop>Open</button><div popover id=pop><button onclick=\"tell('inside')\">Inside</button></div>",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Open")
    await cell.press("button", "Inside")
    await cell.heard("inside")


@row(
    "inside a closed root of its own",
    "ref point keyboard",
    "<my-card></my-card>",
    "$('my-card').attachShadow({mode: 'closed'}).innerHTML = `<button onclick=\"tell('deep')\">Deep</button>`;",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Deep")
    await cell.heard("deep")


@row(
    "slotted into a closed root",
    "ref point keyboard",
    "<my-card><button onclick=\"tell('slotted')\">Slotted</button></my-card>",
    "$('my-card').attachShadow({mode: 'closed'}).innerHTML = '<p>Card</p><slot></slot>';",
)
async def _(cell: Cell) -> None:
    await cell.press("button", "Slotted")
    await cell.heard("slotted")
