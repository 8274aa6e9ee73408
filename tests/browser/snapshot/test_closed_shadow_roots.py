"""What stands in shadow roots, open or closed, as people see it; and who listens there."""

import pytest

from browser.model.actions import Click, TypeText
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TELL = "onclick=\"document.title = 'clicked ' + this.textContent\""


def closed(host, html, light=""):
    """A host, and a script that gives it a closed root."""
    return (
        f"<{host} id=host>{light}</{host}>"
        f"<script>host.attachShadow({{mode: 'closed'}}).innerHTML = `{html}`</script>"
    )


@pytest.mark.parametrize("host", ["div", "my-card", "section"])
async def test_a_control_in_a_closed_root_is_seen_and_clicked(server, session, host):
    await session.goto(
        server.page(f"<p>Before</p>{closed(host, f'<button {TELL}>Inside</button>')}<p>After</p>")
    )
    seen = await see(session)
    button = find(seen, "button", "Inside")
    assert button.visible
    assert button.box.width > 0
    assert seen.text == "Before\nInside\nAfter"
    assert (await session.perform(Click(button.ref))).ok
    assert (await see(session)).title == "clicked Inside"


async def test_a_closed_root_with_words_slotted_into_it_is_seen(server, session):
    inside = f"<h2><slot name=head></slot></h2><slot></slot><button {TELL}>Save</button>"
    light = "<span slot=head>Title</span><input aria-label=Street><b>light</b>"
    await session.goto(server.page(f"Start {closed('div', inside, light)}"))
    seen = await see(session)
    assert find(seen, "heading").name == "Title"
    field = find(seen, "textbox", "Street")
    assert (await session.perform(TypeText("Elm 1", field.ref))).ok
    assert (await session.perform(Click(find(seen, "button", "Save").ref))).ok
    after = await see(session)
    assert find(after, "textbox", "Street").value == "Elm 1"
    assert after.title == "clicked Save"


async def test_closed_roots_within_closed_roots(server, session):
    script = (
        "let at = document.body;"
        "for (let depth = 1; depth < 5; depth++) { const host = document.createElement('div'); at.append(host);"
        "at = host.attachShadow({mode: depth % 2 ? 'closed' : 'open'});"
        "at.innerHTML = `<button onclick=\"document.title = 'depth ${depth}'\">Level ${depth}</button>`; }"
    )
    await session.goto(server.page(f"<body><script>{script}</script>"))
    seen = await see(session)
    assert [e.name for e in seen.elements if e.role == "button"] == [
        f"Level {depth}" for depth in range(1, 5)
    ]
    assert (await session.perform(Click(find(seen, "button", "Level 4").ref))).ok
    assert (await see(session)).title == "depth 4"


@pytest.mark.parametrize("mode", ["open", "closed"])
async def test_declarative_shadow_roots(server, session, mode):
    inside = f"<button {TELL}>Menu</button><slot></slot>"
    await session.goto(
        server.page(f"<nav><template shadowrootmode={mode}>{inside}</template><a href=/x>Home</a></nav>")
    )
    seen = await see(session)
    assert seen.text.replace("\n", " ") == "Menu Home"
    assert (await session.perform(Click(find(seen, "button", "Menu").ref))).ok
    assert (await see(session)).title == "clicked Menu"


async def test_what_listens_in_a_closed_root_can_be_used(server, session):
    await session.goto(
        server.page(
            "<my-chip id=host></my-chip><script>"
            "const root = host.attachShadow({mode: 'closed'}); root.innerHTML = '<div>Red</div><div>Blue</div>';"
            "root.children[1].addEventListener('click', () => { document.title = 'blue' });</script>"
        )
    )
    seen = await see(session)
    [chip] = [e for e in seen.elements if e.interactive]
    assert chip.name == "Blue"
    assert (await session.perform(Click(chip.ref))).ok
    assert (await see(session)).title == "blue"


async def test_refs_in_closed_roots_stay_while_other_parts_change(server, session):
    add = "onclick=\"const p = document.createElement('p'); p.textContent = 'new'; document.body.prepend(p)\""
    await session.goto(
        server.page(f"<button {add}>Add</button>{closed('my-box', '<button>Inside</button>')}")
    )
    before = await see(session)
    await session.perform(Click(find(before, "button", "Add").ref))
    after = await see(session)
    assert "new" in after.text
    assert find(after, "button", "Inside").ref == find(before, "button", "Inside").ref


async def test_a_closed_root_that_comes_later_is_seen_when_it_is_there(server, session):
    more = (
        "onclick=\"const host = document.createElement('my-late'); document.body.append(host);"
        "host.attachShadow({mode: 'closed'}).innerHTML = '<button>Late</button>'\""
    )
    await session.goto(
        server.page(f"<button {more}>More</button>{closed('my-box', '<button>Early</button>')}")
    )
    seen = await see(session)
    await session.perform(Click(find(seen, "button", "More").ref))
    assert {"Early", "Late"} <= {e.name for e in (await see(session)).elements if e.role == "button"}


async def test_a_closed_root_in_a_frame_is_seen_in_the_tabs_coordinates(server, session):
    server.page(f"<body style='margin:0'>{closed('div', f'<button {TELL}>Framed</button>')}", "/inner.html")
    await session.goto(
        server.page("<body style='margin:0'><iframe src='/inner.html' style='margin:50px;border:0'></iframe>")
    )
    button = find(await see(session), "button", "Framed")
    assert (button.box.x, button.box.y) == (50, 50)
    result = await session.perform(Click(button.ref))
    assert result.ok


async def test_text_with_angle_brackets_is_not_taken_for_closed_roots(server, session):
    await session.goto(server.page("<p>1 &lt; 2</p><!-- a < b --><script>1 < 2</script><button>Go</button>"))
    seen = await see(session)
    assert seen.text == "1 < 2\nGo"


async def test_many_listeners_and_a_closed_root_at_once(server, session):
    await session.goto(
        server.page(
            "<div id=list></div><my-box id=host></my-box><script>"
            "for (let i = 0; i < 100; i++) { const row = document.createElement('div'); row.textContent = 'Row ' + i;"
            "row.addEventListener('click', () => {}); list.append(row); }"
            "const root = host.attachShadow({mode: 'closed'}); root.innerHTML = '<div>Inner</div>';"
            "root.firstChild.addEventListener('click', () => {});</script>"
        )
    )
    names = [e.name for e in (await see(session)).elements if e.interactive]
    assert names == [f"Row {number}" for number in range(100)] + ["Inner"]


async def test_listeners_are_told_where_they_come_and_go(server, session):
    await session.goto(
        server.page(
            "<div id=a>One</div><div id=b>Two</div><script>"
            "const hit = () => { a.removeEventListener('click', hit); b.addEventListener('click', () => {}); };"
            "a.addEventListener('click', hit)</script>"
        )
    )
    [first] = [e for e in (await see(session)).elements if e.interactive]
    assert first.name == "One"
    await session.perform(Click(first.ref))
    assert [e.name for e in (await see(session)).elements if e.interactive] == ["Two"]
