"""Files in rows that one click marks, two open, and a menu of drawn dots acts on; all is drawn anew each time."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

SHELF = """
<style>
.row { display: flex; gap: 12px; align-items: center; width: 560px; padding: 6px; border-bottom: 1px solid #ddd; cursor: default }
.row.on { background: #def } .name { width: 220px } .where { width: 120px } .more { width: 24px; height: 24px; cursor: pointer }
.menu { position: fixed; left: 320px; top: 40px; background: #fff; border: 1px solid } .menu div, .btn { cursor: pointer; padding: 4px }
.box { position: fixed; left: 200px; top: 60px; width: 300px; background: #fff; border: 1px solid; padding: 12px; z-index: 9 }
</style>
<input placeholder="Search the shelf" oninput="ask(this)"><div id="all"></div><p role="status" id="log">untouched</p>
<script>
const files = [["Harvest plan", "Barn"], ["Seed list", "Barn"], ["Seed list old", "Loft"], ["Frost notes", "Loft"]];
let marked = "", menu = "", box = "", chosen = "", sought = "", view = "";
const dots = '<svg width="24" height="24"><path d="M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"/></svg>';
const say = words => { document.getElementById("log").textContent = words };
function ask(field) { sought = field.value; draw(); field.focus() }
function draw() {
  const rows = files.filter(([name]) => view == "" && name.toLowerCase().includes(sought.toLowerCase()) && (sought || name != "Frost notes"));
  all.innerHTML = rows.map(([name, where]) => `<div class="row ${marked == name ? "on" : ""}" onclick="marked='${name}'; draw()" ondblclick="view='${name}'; draw()">
    <div class="name">${name}</div><div class="where">${where}</div><div class="more" onclick="event.stopPropagation(); menu='${name}'; draw()">${dots}</div></div>`).join("")
    + (menu ? `<div class="menu"><div onclick="say('starred ' + menu); shut()">Add to Starred</div><div onclick="box=menu; menu=''; draw()">Move to…</div><div onclick="box='?' + menu; menu=''; draw()">Rename</div><div onclick="files.splice(files.findIndex(f => f[0] == menu), 1); say('trashed ' + menu); shut()">Move to trash</div></div>` : "")
    + (box && box[0] == "?" ? `<div class="box" role="dialog"><input id="as" value="${box.slice(1)}"><div class="btn" onclick="files.find(f => f[0] == box.slice(1))[0] = document.getElementById('as').value; shut()">OK</div></div>` : "")
    + (box && box[0] != "?" ? `<div class="box" role="dialog">${["Barn", "Loft", "Silo"].map(place => `<div class="btn" onclick="chosen='${place}'; draw()">${place} ›</div>`).join("")}<div class="btn" onclick="shut()">Cancel</div><div class="btn" onclick="files.find(f => f[0] == box)[1] = chosen || 'the shelf'; say('moved'); shut()">Move</div></div>` : "")
    + (view ? `<h2>${view}</h2><div class="btn" onclick="say('printed ' + view)">Print</div>` : "");
}
function shut() { menu = box = chosen = ""; draw() }
document.addEventListener("keydown", event => { if (event.key == "Escape") shut() });
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("prompt", "told"),
        [
            ("Star the Harvest plan.", "starred Harvest plan"),
            ("Delete the file 'Seed list old'.", "trashed Seed list old"),
            ("Print the Harvest plan.", "printed Harvest plan"),
        ],
    )
    async def test_the_act_is_found_behind_drawn_dots_or_two_clicks(
        self, session: Session, server: Server, prompt: str, told: str
    ) -> None:
        ended = await play(session, server.page(SHELF), prompt)

        assert isinstance(ended, Finish), ended
        assert told in await shown(session)

    async def test_a_file_that_only_the_search_shows_gets_another_name(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(SHELF), "Rename 'Frost notes' to 'Thaw notes'.")

        assert isinstance(ended, Finish), ended
        assert "Thaw notes" in await shown(session)

    async def test_a_file_is_moved_by_the_button_that_confirms_the_place(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(SHELF), "Move the Harvest plan to the Silo folder.")

        assert isinstance(ended, Finish), ended
        assert "Silo" in await shown(session)

    async def test_what_is_to_be_moved_is_never_the_place_that_is_named(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(SHELF), "Move the barn recording to the Loft folder.")

        assert isinstance(ended, GiveUp)
        assert "untouched" in await shown(session)

    async def test_a_drag_that_only_marks_a_row_has_moved_nothing(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(SHELF), "Drag 'Harvest plan' onto 'Loft'.")

        assert isinstance(ended, GiveUp)
