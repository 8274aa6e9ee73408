"""What goes wrong in a page without a word on it is said in one line with the next observation."""

from __future__ import annotations

import pytest

from browser.model.actions import Click
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAVE = """<h1>Note</h1><button onclick="save()">Save</button><p id=o></p><script>
async function save() {
  const answer = await fetch('/api/save?token=5')
  o.textContent = 'answered ' + answer.status
}</script>"""


async def test_a_request_of_the_page_that_its_server_refuses_is_told_once(server, session):
    server.page("no", "/api/save")
    server.statuses["/api/save"] = 500
    await session.goto(server.page(SAVE))
    seen = await see(session)
    assert seen.notes == ()

    await session.perform(Click(find(seen, "button", "Save").ref))

    after = await see(session)
    assert "answered 500" in after.text
    assert after.notes == ("did not load: /api/save?... (500 (Internal Server Error))",)
    assert (await see(session)).notes == ()


async def test_an_error_of_a_script_is_told_with_what_did_not_load(server, session):
    await session.goto(
        server.page(
            "<h1>Shop</h1><img src=/lamp.png><script src=/shop.js></script><script>open_shop()</script>"
        )
    )

    seen = await see(session)

    [note] = seen.notes
    assert "/shop.js (404 (File not found))" in note
    assert note.endswith("errors of scripts: open_shop is not defined")


LOGS = """<h1>Note</h1><button onclick="save()">Save</button><p id=o></p><script>
function save() {
  console.log('saving')
  console.error('Not %s:', 'saved', new Error('the disk is full'))
  o.textContent = 'pressed'
}</script>"""


async def test_what_a_page_logs_as_an_error_is_told_once(server, session):
    await session.goto(server.page(LOGS))
    seen = await see(session)
    assert seen.notes == ()

    await session.perform(Click(find(seen, "button", "Save").ref))

    after = await see(session)
    assert "pressed" in after.text
    assert after.notes == ("logged as errors: Not saved: Error: the disk is full",)
    assert (await see(session)).notes == ()


async def test_what_scripts_of_other_servers_log_is_not_told(server, session):
    server.page("console.error('no consent'); document.title = 'ran'", "/noisy.js")
    server.media["/noisy.js"] = "text/javascript"
    await session.goto(server.page("<h1>News</h1><script src={other}/noisy.js></script>"))

    seen = await see(session)

    assert (seen.title, seen.notes) == ("ran", ())


async def test_a_page_that_logs_without_end_is_read_all_the_same(server, session):
    await session.goto(
        server.page(
            "<h1>Noise</h1><script>for (let at = 0; at < 5000; at++) console.error('trouble ' + at)</script>"
        )
    )

    seen = await see(session)

    assert "Noise" in seen.text
    [note] = seen.notes
    assert note == "logged as errors: trouble 0, trouble 1, trouble 2 and 47 more"


async def test_what_other_servers_owe_is_not_told(server, session):
    await session.goto(server.page("<h1>News</h1><script src={other}/counter.js></script>"))

    assert (await see(session)).notes == ()


async def test_many_troubles_are_counted(server, session):
    tags = "".join(f"<script src=/part-{at}.js></script>" for at in range(30))
    await session.goto(server.page(f"<h1>Parts</h1>{tags}"))

    [note] = (await see(session)).notes

    assert note.count(".js") == 3
    assert note.endswith(" and 27 more")
