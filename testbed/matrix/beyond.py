"""Rows: files, downloads, dialogs, and windows that a page opens."""

from __future__ import annotations

import hashlib

from browser.model.actions import AnswerDialog, CloseTab, SwitchTab, Upload
from testbed.matrix.cells import Cell, Row, adding_to

ROWS: list[Row] = []
row = adding_to(ROWS)
ALL = "ref point keyboard"
NAMES = "[...this.files].map((file) => file.name + ' ' + file.size).join(', ')"


@row("file field", "ref point", f'<input type=file aria-label=Paper onchange="tell({NAMES})">')
async def _(cell: Cell) -> None:
    result = await cell.perform(Upload(await cell.target("button", "Paper"), ("note.txt",)))
    await cell.heard("note.txt 5")
    assert result.shown == "note.txt"


@row(
    "file field of several",
    "ref point",
    f'<input type=file multiple aria-label=Paper onchange="tell({NAMES})">',
)
async def _(cell: Cell) -> None:
    await cell.perform(Upload(await cell.target("button", "Paper"), ("note.txt", "other.txt")))
    await cell.heard("note.txt 5, other.txt 11")


@row(
    "file chooser behind a button",
    "ref point",
    f'<input type=file hidden onchange="tell({NAMES})"><button>Attach</button>',
    "$('button').onclick = () => $('input').click();",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Upload(await cell.target("button", "Attach"), ("note.txt",)))
    await cell.heard("note.txt 5")
    assert "note.txt" in result.did


@row(
    "place to drop files on",
    "ref point",
    "<div class=zone role=button tabindex=0 style='width:300px;height:120px;border:2px dashed'>Drop here</div>",
    "const zone = $('.zone'); zone.ondragover = (event) => event.preventDefault();"
    "zone.ondrop = (event) => { event.preventDefault(); const [file] = event.dataTransfer.files; tell(file.name + ' ' + file.size); };",
)
async def _(cell: Cell) -> None:
    result = await cell.perform(Upload(await cell.target("button", "Drop here"), ("note.txt",)))
    await cell.heard("note.txt 5")
    assert result.did == "dropped note.txt"


@row(
    "download",
    ALL,
    "<a download=report.csv>Get</a>",
    "$('a').href = URL.createObjectURL(new Blob(['a,b'], {type: 'text/csv'})); $('a').onclick = () => tell('asked');",
)
async def _(cell: Cell) -> None:
    before = len(cell.session.downloads)
    result = await cell.press("link", "Get")
    assert "a download began: report.csv" in result.effect
    await cell.session.downloads_done()
    [kept] = cell.session.downloads[before:]
    assert (kept.name, kept.size, kept.mime) == ("report.csv", 3, "text/csv")
    assert kept.sha256 == hashlib.sha256(b"a,b").hexdigest()
    assert await cell.record() == ["asked"]


@row("alert", ALL, "<button onclick=\"alert('Hi');tell('went on')\">Ask</button>")
async def _(cell: Cell) -> None:
    result = await cell.press("button", "Ask")
    assert result.effect == "a dialog opened: alert 'Hi'", result
    await cell.unheard_behind()
    await cell.perform(AnswerDialog(True))
    await cell.heard("went on")


@row("confirm", ALL, "<button onclick=\"tell(confirm('Sure?'))\">Ask</button>")
async def _(cell: Cell) -> None:
    for answer in (True, False):
        result = await cell.press("button", "Ask")
        assert result.effect == "a dialog opened: confirm 'Sure?'", result
        await cell.perform(AnswerDialog(answer))
        await cell.ends_with(str(answer).lower())


@row("prompt", ALL, "<button onclick=\"tell(prompt('Name?', 'you'))\">Ask</button>")
async def _(cell: Cell) -> None:
    result = await cell.press("button", "Ask")
    assert result.effect == "a dialog opened: prompt 'Name?'", result
    dialog = (await cell.see()).dialog
    assert dialog
    assert dialog.default == "you"
    await cell.perform(AnswerDialog(True, "Ada"))
    await cell.heard("Ada")


@row(
    "page that does not want to be left",
    "ref point",
    "<input aria-label=Name><a href='/arrived.html'>Away</a>",
    "addEventListener('beforeunload', (event) => { tell('asked'); event.preventDefault(); });",
)
async def _(cell: Cell) -> None:
    await cell.press("textbox", "Name")
    result = await cell.press("link", "Away")
    assert result.effect.startswith("a dialog opened: beforeunload"), result
    await cell.perform(AnswerDialog(False))
    assert await cell.record() == ["asked"]
    await cell.press("link", "Away")
    await cell.perform(AnswerDialog(True))
    assert await cell.element("heading", "Arrived")


async def _another_window(cell: Cell) -> None:
    result = await cell.press("link", "Open")
    assert "a new tab t" in result.effect, result
    assert "/popup.html" in result.effect
    assert result.navigated
    assert await cell.element("heading", "Popup")
    tabs = {tab.active: tab.id for tab in cell.seen.tabs}
    await cell.perform(SwitchTab(tabs[False]))
    assert await cell.element("link", "Open")
    await cell.perform(CloseTab(tabs[True]))
    assert await cell.record() == ["opened"]


row("link to another window", ALL, "<a href='/popup.html' target=_blank onclick=\"tell('opened')\">Open</a>")(
    _another_window
)
row(
    "window that a script opens",
    ALL,
    "<a href='#' onclick=\"tell('opened');window.open('/popup.html');return false\">Open</a>",
)(_another_window)
