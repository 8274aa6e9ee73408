"""Each action does what a careful person would do, and says what came of it."""

import pytest

from browser.model.actions import (
    Back,
    Click,
    Drag,
    EnterCode,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    Point,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    TypeText,
    Upload,
    Wait,
)
from browser.options import SessionOptions
from browser.redaction.secret_store import SecretStore
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def show(server, session, html):
    await session.goto(server.page(html))
    return await see(session)


async def test_click_says_what_appeared(server, session):
    seen = await show(server, session, "<button onclick=\"o.textContent='Saved!'\">Save</button><p id=o></p>")

    result = await session.perform(Click(find(seen, "button").ref))

    assert result.did == "clicked button 'Save'"
    assert result.effect == "1 element changed: 'Saved!'"
    assert not result.navigated


async def test_click_on_an_inert_page_says_that_nothing_changed(server, session):
    seen = await show(server, session, "<button>Nothing</button>")
    result = await session.perform(Click(find(seen, "button").ref))
    assert (result.ok, result.effect) == (True, "")


async def test_double_click_right_click_and_modifiers_reach_the_page(server, session):
    seen = await show(
        server,
        session,
        "<button ondblclick=\"o.textContent+='double '\" oncontextmenu=\"o.textContent+='menu ';return false\""
        " onclick=\"if(event.shiftKey)o.textContent+='shift '\">B</button><p id=o></p>",
    )
    ref = find(seen, "button").ref
    for action in (Click(ref, count=2), Click(ref, button="right"), Click(ref, modifiers=("Shift",))):
        assert (await session.perform(action)).ok
    assert "double menu shift" in (await see(session)).text


async def test_a_point_is_clicked_where_it_is(server, session):
    await show(
        server,
        session,
        "<body onclick=\"o.textContent=event.clientX+','+event.clientY\" style='height:500px'><p id=o>",
    )
    result = await session.perform(Click(Point(40, 120)))
    assert result.did == "clicked the point (40, 120)"
    assert "40,120" in (await see(session)).text


async def test_a_point_outside_the_viewport_is_refused(server, session):
    await show(server, session, "<p>x")
    result = await session.perform(Click(Point(4000, 10)))
    assert result.problem == "the point (4000, 10) is outside the 1280x720 viewport"


@pytest.mark.parametrize(
    ("html", "why"),
    [
        pytest.param("<button disabled>B</button>", "button 'B': it is disabled", id="disabled"),
        pytest.param(
            "<fieldset disabled><button>B</button></fieldset>",
            "button 'B': it is disabled",
            id="disabled fieldset",
        ),
        pytest.param(
            "<button>B</button><div class=banner style='position:fixed;inset:0;background:#eee'>We use cookies</div>",
            "button 'B': it is covered by div.banner 'We use cookies'",
            id="covered",
        ),
        pytest.param(
            "<div inert><button>B</button></div>",
            "button 'B': something in front of it has to be dealt with first",
            id="inert",
        ),
        pytest.param(
            "<button>B</button><dialog id=d>Hello</dialog><script>d.showModal()</script>",
            "button 'B': something in front of it has to be dealt with first",
            id="behind a modal dialog",
        ),
    ],
)
async def test_what_cannot_be_clicked_says_why(server, session, html, why):
    seen = await show(server, session, html)
    ref = find(seen, "button").ref
    result = await session.perform(Click(ref))
    assert result.problem == f"element {ref!r} cannot be used: {why}"


async def test_an_element_that_was_hidden_since_says_so(server, session):
    seen = await show(
        server, session, "<button id=a>A</button><button onclick='a.style.display=\"none\"'>Hide</button>"
    )
    await session.perform(Click(find(seen, "button", "Hide").ref))
    result = await session.perform(Click(find(seen, "button", "A").ref))
    assert "it is hidden" in result.problem


async def test_a_ref_of_an_element_that_is_gone_is_stale(server, session):
    seen = await show(server, session, "<button id=a onclick='a.remove()'>Bye</button>")
    ref = find(seen, "button").ref
    await session.perform(Click(ref))
    assert (
        (await session.perform(Click(ref))).problem
        == f"element {ref!r} is not on the page any more; take its ref from the page as it is listed now"
    )


async def test_a_ref_of_another_document_is_stale(server, session):
    seen = await show(server, session, "<button>One</button>")
    old = find(seen, "button").ref
    await show(server, session, "<button>Two</button>")
    assert "not on the page any more" in (await session.perform(Click(old))).problem


async def test_a_ref_lives_as_long_as_its_element(server, session):
    seen = await show(
        server,
        session,
        "<button id=k>Keep</button><ul id=l></ul><button onclick='l.innerHTML+=\"<li>x\"'>Add</button>",
    )
    ref = find(seen, "button", "Keep").ref
    for _ in range(3):
        await session.perform(Click(find(seen, "button", "Add").ref))
        assert find(await see(session), "button", "Keep").ref == ref


async def test_far_below_is_scrolled_to_and_clicked(server, session):
    seen = await show(
        server,
        session,
        "<div style='height:5000px'></div><button onclick=\"this.textContent='Hit'\">Deep</button>",
    )
    button = find(seen, "button")
    assert "offscreen" in button.states
    assert (await session.perform(Click(button.ref))).ok
    assert find(await see(session), "button").name == "Hit"


@pytest.mark.parametrize(
    ("html", "text", "shown"),
    [
        pytest.param("<input value=old>", "new", "new", id="input"),
        pytest.param("<textarea>old</textarea>", "a\nb", "a\nb", id="textarea"),
        pytest.param("<div contenteditable role=textbox>old</div>", "new", "new", id="contenteditable"),
        pytest.param("<input type=number>", "1,234", "1234", id="number"),
        pytest.param("<input type=date>", "10/13/2011", "2011-10-13", id="date"),
        pytest.param("<html lang=en-US><input type=date>", "10/11/2011", "2011-10-11", id="date in America"),
        pytest.param("<html lang=de><input type=date>", "10/11/2011", "2011-11-10", id="date in Germany"),
        pytest.param("<input type=date title=DD/MM/YYYY>", "10/11/2011", "2011-11-10", id="date as it says"),
        pytest.param("<input type=time>", "1430", "14:30", id="time without a colon"),
        pytest.param("<input type=date>", "5 March 2024", "2024-03-05", id="date in words"),
        pytest.param("<input type=time>", "8:04 PM", "20:04", id="time"),
        pytest.param("<input type=month>", "March 2024", "2024-03", id="month"),
        pytest.param("<input type=week>", "week 7 of 2024", "2024-W07", id="week"),
        pytest.param("<input type=datetime-local>", "2024-03-05 3:30 pm", "2024-03-05T15:30", id="datetime"),
        pytest.param("<input type=color>", "red", "#ff0000", id="colour"),
        pytest.param("<input type=range max=50>", "20", "20", id="range"),
        pytest.param("<input type=password>", "secret", "\u2022" * 6, id="password"),
        pytest.param("<input value='to go'>", "", "", id="emptied"),
        pytest.param("<input>", "x" * 900, "x" * 900, id="long"),
    ],
)
async def test_fields_show_what_was_typed(server, session, html, text, shown):
    seen = await show(server, session, html)
    [field] = [e for e in seen.elements if e.role in ("textbox", "spinbutton", "slider")]
    result = await session.perform(TypeText(text, field.ref))
    assert (result.problem, result.shown) == ("", shown)


async def test_a_password_is_not_said_aloud(server, session):
    seen = await show(server, session, "<input type=password aria-label=Password>")
    result = await session.perform(TypeText("hunter2", find(seen, "textbox").ref))
    assert "hunter2" not in result.did + result.effect + str(result.shown)


async def test_what_is_no_date_is_refused_with_the_form_to_use(server, session):
    seen = await show(server, session, "<input type=date aria-label=Day>")
    result = await session.perform(TypeText("soon", find(seen, "textbox").ref))
    assert result.problem == "'soon' is not a date that textbox 'Day' can take; write it as 2025-12-31"


async def test_typing_at_the_end_keeps_what_is_there(server, session):
    seen = await show(server, session, "<input value=abc>")
    assert (await session.perform(TypeText("def", find(seen, "textbox").ref, clear=False))).shown == "abcdef"


async def test_submit_presses_enter(server, session):
    seen = await show(server, session, "<form action=/inline.html><input name=q></form>")
    result = await session.perform(TypeText("cats", find(seen, "textbox").ref, submit=True))
    assert result.navigated
    assert result.effect.endswith("/inline.html?q=cats")


async def test_a_read_only_field_is_refused(server, session):
    seen = await show(server, session, "<input readonly aria-label=R>")
    assert (
        "textbox 'R' is read-only"
        in (await session.perform(TypeText("x", find(seen, "textbox").ref))).problem
    )


async def test_aria_slider_goes_to_its_value_by_arrow_keys(server, session):
    seen = await show(
        server,
        session,
        "<div role=slider tabindex=0 aria-label=V aria-valuenow=5 style='width:50px;height:9px' onkeydown=\""
        "const n=+this.getAttribute('aria-valuenow')+(event.key=='ArrowRight')-(event.key=='ArrowLeft');"
        "this.setAttribute('aria-valuenow',n)\"></div>",
    )
    assert (await session.perform(TypeText("9", find(seen, "slider").ref))).shown == "9"


async def test_native_select_by_label_value_or_loosely(server, session):
    seen = await show(
        server,
        session,
        "<select aria-label=S><option value=a>Apple  Pie<option value=b>Banana<option disabled>No</select>",
    )
    ref = find(seen, "combobox").ref
    assert (await session.perform(Select(ref, ("b",)))).shown == "Banana"
    assert (await session.perform(Select(ref, ("apple pie",)))).shown == "Apple Pie"
    assert (await session.perform(Select(ref, ("No",)))).problem == "the option 'No' is disabled"
    result = await session.perform(Select(ref, ("Cherry",)))
    assert result.problem == "there is no option 'Cherry'; there are 'Apple Pie', 'Banana', 'No'"


async def test_multiple_choice_replaces_the_present_one(server, session):
    seen = await show(server, session, "<select multiple><option selected>A<option>B<option>C</select>")
    assert (await session.perform(Select(find(seen, "listbox").ref, ("B", "C")))).shown == "B, C"


async def test_aria_combobox_is_opened_and_its_option_clicked(server, session):
    seen = await show(
        server,
        session,
        '<div role=combobox tabindex=0 aria-expanded=false aria-controls=l id=c aria-label=Fruit onclick="'
        "l.hidden=!l.hidden;c.setAttribute('aria-expanded',!l.hidden)\">Choose</div>"
        "<div role=listbox id=l hidden><div role=option onclick=\"c.textContent='Apple'\">Apple</div>"
        "<div role=option onclick=\"c.textContent='Pear';l.hidden=true\">Pear</div></div>",
    )
    result = await session.perform(Select(find(seen, "combobox").ref, ("Pear",)))
    assert (result.problem, result.shown) == ("", "Pear")


async def test_a_menu_without_roles_opens_and_its_item_is_clicked(server, session):
    seen = await show(
        server,
        session,
        "<span id=c style='cursor:pointer'>Pick one</span><ul id=l></ul><script>c.addEventListener('click',()=>"
        "setTimeout(()=>{l.innerHTML='<li>Red</li><li>Blue</li>';for(const i of l.children)"
        "i.onclick=()=>{c.textContent=i.textContent;l.innerHTML=''}},120))</script>",
    )
    [opener] = [e for e in seen.elements if e.name == "Pick one" and e.interactive]
    result = await session.perform(Select(opener.ref, ("Blue",)))
    assert (result.problem, result.shown) == ("", "Blue")


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<label><input type=checkbox> Ok</label>", id="plain"),
        pytest.param(
            "<style>input{opacity:0;position:absolute}</style><label><input type=checkbox><b>Ok</b></label>",
            id="see-through behind its label",
        ),
        pytest.param(
            "<input type=checkbox id=c style='display:none'><label for=c>Ok</label>",
            id="not drawn, with a label",
        ),
        pytest.param(
            "<div role=switch tabindex=0 aria-checked=false aria-label=Ok style='width:30px;height:9px' "
            "onclick=\"this.setAttribute('aria-checked', this.getAttribute('aria-checked') != 'true')\"></div>",
            id="switch",
        ),
    ],
)
async def test_checkboxes_of_every_kind_are_checked_and_unchecked(server, session, html):
    seen = await show(server, session, html)
    [box] = [e for e in seen.elements if e.role in ("checkbox", "switch")]
    for wanted in (True, True, False):
        result = await session.perform(SetChecked(box.ref, wanted))
        assert (result.problem, result.shown) == ("", "checked" if wanted else "unchecked")
        [box] = [e for e in (await see(session)).elements if e.role in ("checkbox", "switch")]
        assert ("checked" in box.states) is wanted


async def test_a_radio_button_cannot_be_unchecked(server, session):
    seen = await show(server, session, "<label><input type=radio name=r checked>A</label>")
    assert (
        "another of its group" in (await session.perform(SetChecked(find(seen, "radio").ref, False))).problem
    )


async def test_hover_opens_a_menu(server, session):
    seen = await show(
        server,
        session,
        "<style>#m{display:none}button:hover+#m{display:block}</style><button>Menu</button><p id=m>Inside</p>",
    )
    assert "Inside" not in seen.text
    await session.perform(Hover(find(seen, "button").ref))
    assert "Inside" in (await see(session)).text


async def test_keys_and_chords_reach_the_page(server, session):
    seen = await show(
        server, session, "<input value=abc><p id=o></p><script>onkeydown=e=>o.textContent+=e.key+' '</script>"
    )
    ref = find(seen, "textbox").ref
    await session.perform(Press("ctrl+a", ref))
    await session.perform(Press("Delete"))
    await session.perform(Press("Down", repeat=2))
    await session.perform(HoldKey("a", 0.01))
    after = await see(session)
    assert find(after, "textbox").value == "a"
    assert "Control a Delete ArrowDown ArrowDown a" in after.text


async def test_scrolling_the_page_a_container_and_to_an_end(server, session):
    seen = await show(
        server,
        session,
        "<div style='height:100px;overflow:auto' id=c><div style='height:900px'><button>In</button></div></div>"
        "<div style='height:3000px'></div><p>End</p>",
    )
    inner = find(seen, "button")
    assert "container" not in (await session.perform(Scroll(dy=50, target=inner.ref))).problem
    moved = find(await see(session), "button")
    assert moved.box.y == inner.box.y - 50
    assert (
        await session.perform(Scroll(to="bottom"))
    ).did == "scrolled the page to the bottom, which is its end"
    assert (await see(session)).scroll[1] > 2000
    assert "it is there already" in (await session.perform(Scroll(dy=100))).did
    await session.perform(Scroll(dy=-300))
    await session.perform(Scroll(to="target", target=inner.ref))
    assert (await see(session)).scroll[1] < 100


async def test_the_wheel_turns_over_a_point(server, session):
    await show(server, session, "<div style='height:3000px'>x</div>")
    await session.perform(Scroll(dy=400, target=Point(100, 100)))
    assert (await see(session)).scroll[1] == 400


async def test_dragging_moves_in_steps(server, session):
    seen = await show(
        server,
        session,
        "<button id=a style='position:absolute;left:10px;top:10px'>A</button><button style='position:absolute;left:400px;top:300px'"
        " onmouseup=\"o.textContent='dropped after '+(n>2)\">B</button><p id=o></p>"
        "<script>n=0;onmousemove=e=>{if(e.buttons)n++}</script>",
    )
    result = await session.perform(Drag(find(seen, "button", "A").ref, find(seen, "button", "B").ref))
    assert result.did == "dragged button 'A' to button 'B'"
    assert "dropped after true" in (await see(session)).text


async def test_html5_drag_and_drop(server, session):
    seen = await show(
        server,
        session,
        "<div draggable=true id=a style='width:60px;height:30px' ondragstart=\"event.dataTransfer.setData('text','it')\">Thing</div>"
        "<div id=b role=group aria-label=Bin style='width:200px;height:100px' ondragover='event.preventDefault()'"
        " ondrop=\"this.textContent='got '+event.dataTransfer.getData('text')\">Bin</div>",
    )
    [thing] = [e for e in seen.elements if "draggable" in e.states]
    assert (await session.perform(Drag(thing.ref, find(seen, "group", "Bin").ref))).ok
    assert "got it" in (await see(session)).text


async def test_bare_mouse_movements(server, session):
    await show(
        server,
        session,
        "<body style='height:400px' onmousedown=\"o.textContent+='d'\" onmouseup=\"o.textContent+='u'\"><p id=o>",
    )
    for action in (MouseMove(Point(50, 90)), MouseDown(), MouseMove(Point(80, 120)), MouseUp()):
        assert (await session.perform(action)).ok
    assert "du" in (await see(session)).text


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<input type=file onchange="o.textContent=files[0].name"><p id=o>', id="input"),
        pytest.param(
            "<input type=file id=f hidden onchange=\"o.textContent=files[0].name\"><button onclick='f.click()'>Up</button><p id=o>",
            id="button that opens a chooser",
        ),
        pytest.param(
            "<button ondragover='event.preventDefault()' ondrop=\"event.preventDefault();o.textContent="
            'event.dataTransfer.files[0].name">Drop here</button><p id=o>',
            id="drop zone",
        ),
    ],
)
async def test_files_are_handed_over(server, session, tmp_path, html):
    (tmp_path / "note.txt").write_text("hi")
    seen = await show(server, session, html)
    result = await session.perform(Upload(find(seen, "button").ref, (str(tmp_path / "note.txt"),)))
    assert result.problem == ""
    assert "note.txt" in (await see(session)).text


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<button>Save</button>", id="a button"),
        pytest.param("<button role=button><input type=text></button>", id="with a field in it"),
        pytest.param(
            "<button ondragover='event.preventDefault();event.dataTransfer.dropEffect=\"none\"'>No</button>",
            id="what refuses drops",
        ),
        pytest.param(
            "<button ondragover='event.preventDefault()'>Moves</button>",
            id="what takes other things than files",
        ),
        pytest.param(
            "<button ondrop='event.preventDefault()'>Late</button>", id="what does not say so in time"
        ),
    ],
)
async def test_files_that_nothing_takes_are_not_handed_over(server, session, tmp_path, html):
    (tmp_path / "note.txt").write_text("hi")
    seen = await show(server, session, html)
    ref = find(seen, "button").ref
    result = await session.perform(Upload(ref, (str(tmp_path / "note.txt"),)))
    assert result.problem == f"{ref} opens no file chooser, and nothing there takes dropped files"
    after = await see(session)
    assert (after.url, len(after.tabs)) == (seen.url, 1)


async def test_a_file_that_is_not_there_is_refused(server, session):
    seen = await show(server, session, "<input type=file>")
    assert (
        "there is no file" in (await session.perform(Upload(find(seen, "button").ref, ("gone.txt",)))).problem
    )


async def test_history_and_reload(server, session):
    one, two = server.page("<h1>One</h1>", "/one"), server.page("<h1>Two</h1>", "/two")
    await session.goto(one)
    assert (await session.perform(Goto(two))).navigated
    assert (await session.perform(Back())).did == f"went back to {one}"
    assert find(await see(session), "heading").name == "One"
    assert (await session.perform(Forward())).navigated
    assert (await session.perform(Reload())).did == "loaded the page again"
    assert (await session.perform(Forward())).problem == "there is nothing to go forward to"


async def test_an_address_that_does_not_answer_is_a_problem_not_an_end(server, session):
    result = await session.perform(Goto("http://127.0.0.1:9/"))
    assert result.problem.startswith("could not open http://127.0.0.1:9/")


async def test_waiting(server, session):
    await show(server, session, "<script>setTimeout(()=>document.write('Late'),150)</script>")
    assert (await session.perform(Wait(0.3))).did == "waited 0.3 s"
    assert "Late" in (await see(session)).text


async def test_a_one_time_code_without_a_source_is_refused(server, session):
    seen = await show(server, session, "<input aria-label=Code>")
    result = await session.perform(EnterCode(find(seen, "textbox").ref))
    assert result.problem == "no source of one-time codes was given with this task"


async def test_a_one_time_code_is_typed_and_not_told(server, browser):
    async def code(origin):
        return "271828"

    session = await browser.open_session(SessionOptions(secrets=SecretStore(code=code)))
    seen = await show(server, session, "<input aria-label=Code>")
    result = await session.perform(EnterCode(find(seen, "textbox").ref))
    assert result.did == "typed the one-time code into textbox 'Code'"
    assert "271828" not in str(result)
    assert find(await see(session), "textbox").value == "{{code}}"
    await session.close()
