from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent_core import BadRequest, Settings, find_browser
from agent_core.browsergym import BrowserGymAgent
from agent_core.browsergym.done import ActionCalls
from agent_core.browsergym.seen import Refs, observation_of
from agent_core.testing import Scripted
from browser.model.actions import (
    Action,
    AnswerDialog,
    Back,
    Click,
    CloseTab,
    Collect,
    Drag,
    Forward,
    Goto,
    HoldKey,
    Hover,
    OpenTab,
    Point,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    TypeText,
    Upload,
    Wait,
)
from browser.model.errors import ActionFailed
from browser.model.observation import LookRequest, Observation
from engines.protocol import Act, AskUser, Finish, GiveUp, Look, Turn


def node(number: int, role: str, name: str = "", bid: str | None = None, **more: Any) -> dict[str, Any]:
    """A node of an accessibility tree, as BrowserGym hands it over."""
    children = [str(child) for child in more.pop("children", ())]
    value = more.pop("value", None)
    made: dict[str, Any] = {
        "nodeId": str(number),
        "ignored": False,
        "role": {"value": role},
        "name": {"value": name},
        "childIds": children,
        "properties": [{"name": key, "value": {"value": each}} for key, each in more.items()],
    }
    if bid is not None:
        made["browsergym_id"] = bid
    return made if value is None else {**made, "value": {"value": value}}


NODES = [
    node(1, "RootWebArea", "Shop", children=[2, 3, 4, 5, 6, 7]),
    node(2, "heading", "Hello", "10", children=[20], level=2),
    node(3, "textbox", "Name", "11", value="Ada", required=True),
    node(4, "combobox", "Colour", "12", children=[41], value="Red", expanded=False),
    node(5, "checkbox", "I agree", "a13", checked="false"),
    node(6, "button", "Go", "14", children=[60], disabled=True),
    node(7, "generic", "", "15", children=[70]),
    node(20, "StaticText", "Hello"),
    node(41, "MenuListPopup", "", children=[42, 43]),
    node(42, "option", "Red", "16", selected=True),
    node(43, "option", "Blue", "17"),
    node(60, "StaticText", "Go"),
    node(70, "StaticText", "Only today"),
]


def box(visibility: float = 1.0, *, clickable: bool = False) -> dict[str, Any]:
    return {"visibility": visibility, "bbox": [10.0, 20.0, 30.0, 40.0], "clickable": clickable}


def obs(**fields: Any) -> dict[str, Any]:
    return {
        "goal": "Buy it.",
        "goal_object": ({"type": "text", "text": "Buy it."},),
        "chat_messages": ({"role": "user", "message": "Buy it."},),
        "url": "http://127.0.0.1/shop",
        "open_pages_urls": ("http://127.0.0.1/", "http://127.0.0.1/shop"),
        "open_pages_titles": ("Home", "Shop"),
        "active_page_index": [1],
        "axtree_object": {"nodes": NODES},
        "extra_element_properties": {"10": box(), "11": box(0.0), "14": box(clickable=True)},
        "focused_element_bid": "11",
        "last_action_error": "",
        **fields,
    }


def seen(refs: Refs | None = None) -> Observation:
    return observation_of(obs(), refs or Refs(), picture=False)


# --- what is seen ----------------------------------------------------------------------------------


def test_the_tree_is_read_in_order_with_what_each_element_is():
    page = seen()
    assert [(each.role, each.name) for each in page.elements] == [
        ("heading", "Hello"),
        ("textbox", "Name"),
        ("combobox", "Colour"),
        ("checkbox", "I agree"),
        ("button", "Go"),
        ("text", "Only today"),
    ]
    heading, field, choice, check, button, _ = page.elements
    assert heading.level == 2
    assert (field.value, field.states) == ("Ada", {"required", "offscreen"})
    assert (choice.value, choice.options, choice.states) == ("Red", ("Red", "Blue"), {"collapsed"})
    assert check.states == {"unchecked"}
    assert button.states == {"disabled"}
    assert [each.interactive for each in page.elements] == [False, True, True, True, True, False]
    assert page.focused == field.ref
    assert page.title == "Shop"
    assert [(tab.id, tab.active) for tab in page.tabs] == [("t1", False), ("t2", True)]
    assert page.text == "Hello\nGo\nOnly today"


def test_an_element_keeps_its_ref_over_observations():
    refs = Refs()
    first = {each.name: each.ref for each in seen(refs).elements}
    assert {each.name: each.ref for each in seen(refs).elements} == first
    assert refs.bid_of(first["I agree"]) == "a13"


def test_an_observation_of_nothing_is_an_empty_page():
    page = observation_of({}, Refs(), picture=True)
    assert (page.elements, page.text, page.screenshots) == ((), "", ())


# --- what is done ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "calls"),
    [
        pytest.param(Click("14"), ["click('14', 'left')"], id="click"),
        pytest.param(
            Click("14", "right", 1, ("Shift",)), ["click('14', 'right', ['Shift'])"], id="click with a key"
        ),
        pytest.param(Click("14", count=2), ["dblclick('14', 'left')"], id="double click"),
        pytest.param(Click(Point(3, 4)), ["mouse_click(3, 4, 'left')"], id="click at a point"),
        pytest.param(TypeText('it\'s "so"', "11"), ["fill('11', 'it\\'s \"so\"')"], id="type"),
        pytest.param(
            TypeText("x", "11", submit=True), ["fill('11', 'x')", "press('11', 'Enter')"], id="type and send"
        ),
        pytest.param(
            TypeText("x", "11", clear=False),
            ["click('11', 'left')", "keyboard_press('End')", "keyboard_type('x')"],
            id="type at the end",
        ),
        pytest.param(Select("12", ("Blue",)), ["select_option('12', ['Blue'])"], id="select"),
        pytest.param(SetChecked("a13"), ["check('a13')"], id="check"),
        pytest.param(SetChecked("a13", False), ["uncheck('a13')"], id="uncheck"),
        pytest.param(Hover("14"), ["hover('14')"], id="hover"),
        pytest.param(Press("Enter", repeat=2), ["keyboard_press('Enter')"] * 2, id="press"),
        pytest.param(Press("Enter", "11"), ["press('11', 'Enter')"], id="press on a field"),
        pytest.param(Scroll(dy=300), ["scroll(0.0, 300)"], id="scroll"),
        pytest.param(Scroll(to="top"), ["scroll(0.0, -100000)"], id="scroll to the top"),
        pytest.param(Scroll(to="target", target="14"), ["hover('14')"], id="scroll to an element"),
        pytest.param(Scroll(dy=5, target="14"), ["scroll_at(25.0, 40.0, 0.0, 5)"], id="scroll in an element"),
        pytest.param(Drag("10", "14"), ["drag_and_drop('10', '14')"], id="drag"),
        pytest.param(Upload("14", ("a.pdf",)), ["upload_file('14', ['a.pdf'])"], id="upload"),
        pytest.param(Goto("http://a/"), ["goto('http://a/')"], id="goto"),
        pytest.param(Reload(), ["goto('http://127.0.0.1/shop')"], id="reload"),
        pytest.param(Back(), ["go_back()"], id="back"),
        pytest.param(Forward(), ["go_forward()"], id="forward"),
        pytest.param(Wait(2), ["noop(2000)"], id="wait"),
        pytest.param(OpenTab("http://a/"), ["new_tab()", "goto('http://a/')"], id="open a tab"),
        pytest.param(SwitchTab("t1"), ["tab_focus(0)"], id="switch the tab"),
        pytest.param(CloseTab(), ["tab_close()"], id="close the tab"),
        pytest.param(
            HoldKey("a", 1), ["keyboard_down('a')", "noop(1000)", "keyboard_up('a')"], id="hold a key"
        ),
    ],
)
def test_an_action_is_written_as_calls(action: Action, calls: list[str]):
    refs = Refs()
    page = seen(refs)
    assert ActionCalls(refs, page).of(_with_refs(action, refs)) == calls


def _with_refs(action: Action, refs: Refs) -> Action:
    """The action with our refs in place of their ids."""
    named = {
        key: refs.ref_of(value)
        for key in ("target", "start", "end")
        if isinstance(value := getattr(action, key, None), str)
    }
    return replace(action, **named)


@pytest.mark.parametrize("action", [AnswerDialog(True), Collect(), Click("f9e9"), SwitchTab("t9")], ids=str)
def test_what_cannot_be_done_there_is_said(action: Action):
    with pytest.raises(ActionFailed):
        ActionCalls(Refs(), seen()).of(action)


def test_a_text_stands_for_the_element_around_it():
    refs = Refs()
    nodes = [node(1, "listitem", "", "9", children=[2]), node(2, "StaticText", "Milk")]
    page = observation_of(obs(axtree_object={"nodes": nodes}), refs, picture=False)
    assert ActionCalls(refs, page).of(Click(page.elements[1].ref)) == ["click('9', 'left')"]


# --- the agent -------------------------------------------------------------------------------------


def named(name: str) -> Callable[[Turn], Act]:
    def click(turn: Turn) -> Act:
        [ref] = [each.ref for each in turn.observation.elements if each.name == name]
        return Act(actions=(Click(ref),), thought=f"I press {name}")

    return click


@pytest.fixture
def agent_of(settings: Settings) -> Any:
    made: list[BrowserGymAgent] = []

    def make(engine: Scripted, **fields: Any) -> BrowserGymAgent:
        made.append(BrowserGymAgent(engine=engine, settings=settings, **fields))
        return made[-1]

    yield make
    for agent in made:
        agent.close()


def test_an_episode_from_its_first_act_to_its_end(agent_of: Callable[..., BrowserGymAgent]):
    engine = Scripted(
        [
            named("Go"),
            Look(requests=(LookRequest(query="agree"),)),
            AskUser(kind="question", text="Which one?"),
            Finish(output={"bought": True}),
        ]
    )
    agent = agent_of(engine)
    assert agent.get_action(obs()) == ("click('14', 'left')", {"think": "I press Go"})
    asked, _ = agent.get_action(obs(last_action_error="TimeoutError: it is covered"))
    assert asked == "send_msg_to_user('Which one?')"
    answered = ({"role": "user", "message": "Buy it."}, {"role": "user", "message": "The red one."})
    done, _ = agent.get_action(obs(chat_messages=answered))
    assert done == "send_msg_to_user('{\"bought\": true}')"
    turns = engine.turns
    assert turns[0].goal.text == "Buy it."
    assert turns[1].history[0][0].problem == "TimeoutError: it is covered"
    assert [each.name for each in turns[2].looked[0].elements] == ["I agree"]
    assert turns[3].answer == "The red one."


@pytest.mark.parametrize(
    ("decision", "action"),
    [
        pytest.param(GiveUp(reason="it's sold"), 'report_infeasible("it\'s sold")', id="gives up"),
        pytest.param(Finish(output=None), "send_msg_to_user('done')", id="finishes"),
        pytest.param(Finish(output="42"), "send_msg_to_user('42')", id="answers"),
        pytest.param(Act(actions=(AnswerDialog(True),)), "noop()", id="what is not there"),
    ],
)
def test_an_ending_is_said_in_the_words_of_the_action_set(
    agent_of: Callable[..., BrowserGymAgent], decision: Any, action: str
):
    assert agent_of(Scripted([decision])).get_action(obs())[0] == action


def test_what_is_not_there_is_told_to_the_engine(agent_of: Callable[..., BrowserGymAgent]):
    engine = Scripted([Act(actions=(Collect(),)), GiveUp(reason="no way")])
    agent = agent_of(engine)
    agent.get_action(obs())
    agent.get_action(obs())
    assert "cannot be done in BrowserGym" in engine.turns[1].history[0][0].problem


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Upload("f0e1", ("/etc/passwd",)), "was not given with the task"),
        (Goto("file:///etc/passwd"), "are not opened"),
        (OpenTab("https://elsewhere.example/"), "only example.com may be gone to"),
    ],
    ids=str,
)
def test_an_engine_may_do_on_this_machine_what_it_may_in_a_run(
    agent_of: Callable[..., BrowserGymAgent], action: Action, said: str
):
    engine = Scripted([Act(actions=(action,)), GiveUp(reason="no way")])
    agent = agent_of(engine, allowed_domains=["example.com"])
    assert agent.get_action(obs())[0] == "noop()"
    agent.get_action(obs())
    assert said in engine.turns[1].history[0][0].problem


def test_a_file_of_the_task_is_handed_over_by_its_name(
    agent_of: Callable[..., BrowserGymAgent], tmp_path: Path
):
    file = tmp_path / "letter.txt"
    file.write_text("Hello")

    def upload(turn: Turn) -> Act:
        [ref] = [each.ref for each in turn.observation.elements if each.name == "Go"]
        return Act(actions=(Upload(ref, ("letter.txt",)),))

    agent = agent_of(Scripted([upload]), files=[str(file)])
    assert agent.get_action(obs())[0] == f"upload_file('14', ['{file}'])"


def test_after_its_steps_it_gives_up(agent_of: Callable[..., BrowserGymAgent]):
    agent = agent_of(Scripted([named("Go")] * 3), max_steps=1)
    agent.get_action(obs())
    assert agent.get_action(obs())[0].startswith("report_infeasible(")


def test_an_observation_without_a_goal_is_refused(agent_of: Callable[..., BrowserGymAgent]):
    with pytest.raises(BadRequest, match="goal"):
        agent_of(Scripted([])).get_action(obs(goal="", goal_object=(), chat_messages=()))


def test_a_wish_to_be_asked_before_acts_is_refused_since_nobody_would_be(
    agent_of: Callable[..., BrowserGymAgent],
):
    with pytest.raises(BadRequest, match="ask_before"):
        agent_of(Scripted([named("Go")]), ask_before=["buy"]).get_action(obs())


# --- the real one ----------------------------------------------------------------------------------

PAGE = """data:text/html,<title>T</title><label>Name <input></label>
<button onclick="document.title='hello '+document.querySelector('input').value">Greet</button>"""


@pytest.fixture
def playwrights_chromium(tmp_path: Path) -> str:
    """A program that starts the Chromium of this machine, as root too; BrowserGym passes no such option."""
    program = tmp_path / "chromium"
    program.write_text(f'#!/bin/sh\nexec {find_browser().path} --no-sandbox "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return str(program)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif("PLAYWRIGHT_BROWSERS_PATH" not in os.environ, reason="needs Playwright's own Chromium")
def test_a_task_of_browsergym_is_done(settings: Settings, playwrights_chromium: str):
    pytest.importorskip("browsergym.core")
    import gymnasium

    agent = BrowserGymAgent(engine="embedded", settings=settings)
    env = gymnasium.make(
        "browsergym/openended",
        task_kwargs={"start_url": PAGE, "goal": "Enter 'Ada' into 'Name' and click 'Greet'."},
        pw_chromium_kwargs={"executable_path": playwrights_chromium},
        action_mapping=agent.action_set.to_python_code,
        wait_for_user_message=False,
    )
    try:
        seen, _ = env.reset()
        said: list[str] = []
        while not said or not said[-1].startswith(("send_msg", "report")):
            action, _ = agent.get_action(agent.obs_preprocessor(seen))
            said.append(action)
            seen, *_ = env.step(action)
            assert seen["last_action_error"] == ""
        assert seen["open_pages_titles"] == ("hello Ada",)
        assert said[-1].startswith("send_msg_to_user(")
    finally:
        agent.close()
        env.close()
