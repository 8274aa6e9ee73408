"""The grammar of UI-TARS replies, as it is meant and as it comes: what each form of it comes to."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from browser.model.actions import (
    AnswerDialog,
    Back,
    Click,
    Drag,
    Goto,
    MouseDown,
    MouseMove,
    MouseUp,
    Point,
    Press,
    Scroll,
    Select,
    SwitchTab,
    TypeText,
    Upload,
    Wait,
)
from browser.model.observation import Screenshot
from engines.action_codec.reply_error import ReplyError
from engines.cua.ui_tars.coordinates import Sizes, kind_of_name, picture_of, resized
from engines.cua.ui_tars.meaning import Surroundings, meaning_of
from engines.cua.ui_tars.parser import parsed, repeated
from engines.protocol import AskUser, Finish, GiveUp, Goal

GOAL = Goal(text="Buy it", files=("cv.pdf",), error_codes={"SOLD_OUT": "there is none left"})


def blank(width: int, height: int, scale: float = 1.0) -> Screenshot:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=width, height_px=height, scale=scale)


# 1260 by 784 are multiples of 28 already, so that a model's pixel is a pixel of the page.
PICTURE = picture_of(blank(1260, 784), Sizes())


def read(reply: str, kind: str = "resized"):
    said = parsed(reply)
    meaning = meaning_of(said.calls, Surroundings(PICTURE, kind, GOAL, said.thought))
    return [meaning.end] if meaning.end else list(meaning.actions)


def click(x: float = 100, y: float = 200, **more: object) -> Click:
    return Click(Point(x, y), **more)


def typed(text: str, submit: bool = False) -> TypeText:
    return TypeText(text, clear=False, submit=submit)


AT = "start_box='(100,200)'"

PLACES = [
    "start_box='(100,200)'",
    "start_box='(100, 200)'",
    "start_box='( 100 , 200 )'",
    'start_box="(100,200)"',
    "start_box=(100,200)",
    "start_box='<|box_start|>(100,200)<|box_end|>'",
    "start_box='<|box_start|>(100, 200)<|box_end|>'",
    "start_box=<|box_start|>(100,200)<|box_end|>",
    "start_box='<|box_start|>(100,200)'",
    "start_box='(100,200)<|box_end|>'",
    "start_box='<|box_start|>[100,200]<|box_end|>'",
    "start_point='<point>100 200</point>'",
    "point='<point>100 200</point>'",
    "point='<point>100, 200</point>'",
    "point=<point>100 200</point>",
    "point='<point>100.0 200.0</point>'",
    "start_box='<point>100 200</point>'",
    "start_box='<bbox>90 190 110 210</bbox>'",
    "start_box='<bbox>90, 190, 110, 210</bbox>'",
    "start_box='[100,200]'",
    "start_box='[100, 200]'",
    "start_box=[100, 200]",
    "start_box='[90,190,110,210]'",
    "start_box=[90, 190, 110, 210]",
    "start_box='(90,190,110,210)'",
    "start_box='(90,190),(110,210)'",
    "start_box='<|box_start|>(90,190),(110,210)<|box_end|>'",
    "start_box='[[90,190],[110,210]]'",
    "start_box='((100,200))'",
    "start_box='100,200'",
    "start_box='100 200'",
    "start_box='(100 200)'",
    "start_box='(100，200)'",
    "start_box='(x=100, y=200)'",
    "start_box='x1=100, y1=200'",
    "start_box='(100.4,200.4)'",
    "start_box='(100,200'",
    "start_box='100,200)'",
    "start_box='(100,200)",
    "start_box='(100,200))",
    "start_box = '(100,200)'",
    "start_box: '(100,200)'",
    "box='(100,200)'",
    "coordinate=[100, 200]",
    "position='(100,200)'",
    "x=100, y=200",
    "'(100,200)'",
    "(100,200)",
    "100, 200",
    "<|box_start|>(100,200)<|box_end|>",
    " start_box='(100,200)' ",
    "\n  start_box='(100,200)'\n",
]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_read_in_every_notation(place):
    (action,) = read(f"Thought: There it is.\nAction: click({place})")

    assert abs(action.target.x - 100) < 0.5
    assert abs(action.target.y - 200) < 0.5


ACTIONS = [
    (f"left_single({AT})", [click()]),
    (f"left_click({AT})", [click()]),
    (f"Click({AT})", [click()]),
    (f"left_double({AT})", [click(count=2)]),
    (f"double_click({AT})", [click(count=2)]),
    (f"triple_click({AT})", [click(count=3)]),
    (f"right_single({AT})", [click(button="right")]),
    (f"right_click({AT})", [click(button="right")]),
    (f"middle_click({AT})", [click(button="middle")]),
    (f"hover({AT})", [MouseMove(Point(100, 200))]),
    (f"move_to({AT})", [MouseMove(Point(100, 200))]),
    (f"mouse_down({AT})", [MouseMove(Point(100, 200)), MouseDown()]),
    (f"mouse_up({AT})", [MouseMove(Point(100, 200)), MouseUp()]),
    ("mouse_up()", [MouseUp()]),
    (f"drag({AT}, end_box='(300,400)')", [Drag(Point(100, 200), Point(300, 400))]),
    ("drag(start_point='<point>100 200</point>', end_point='<point>300 400</point>')",
     [Drag(Point(100, 200), Point(300, 400))]),
    (f"select({AT}, end_box='(300,400)')", [Drag(Point(100, 200), Point(300, 400))]),
    ("drag((100,200), (300,400))", [Drag(Point(100, 200), Point(300, 400))]),
    ("hotkey(key='ctrl c')", [Press("Control+c")]),
    ("hotkey(key='ctrl+c')", [Press("Control+c")]),
    ("hotkey(key='ctrl-c')", [Press("Control+c")]),
    ("hotkey(key='Ctrl Shift T')", [Press("Control+Shift+t")]),
    ("hotkey(hotkey='enter')", [Press("Enter")]),
    ("hotkey('enter')", [Press("Enter")]),
    ("press(key='esc')", [Press("Escape")]),
    ("hotkey(key='arrowleft')", [Press("ArrowLeft")]),
    ("hotkey(key='shift arrowdown')", [Press("Shift+ArrowDown")]),
    ("hotkey(key='page down')", [Press("PageDown")]),
    ("hotkey(key='pagedown')", [Press("PageDown")]),
    ("hotkey(key='down down')", [Press("ArrowDown"), Press("ArrowDown")]),
    ("hotkey(key='f5')", [Press("F5")]),
    ("hotkey(key='-')", [Press("-")]),
    (f"scroll({AT}, direction='down')", [Scroll(0, 470, target=Point(100, 200))]),
    (f"scroll({AT}, direction='up')", [Scroll(0, -470, target=Point(100, 200))]),
    (f"scroll({AT}, direction='left')", [Scroll(-756, 0, target=Point(100, 200))]),
    (f"scroll({AT}, direction='right')", [Scroll(756, 0, target=Point(100, 200))]),
    ("scroll(direction='down')", [Scroll(0, 470)]),
    ("scroll(direction=down)", [Scroll(0, 470)]),
    ("scroll('down')", [Scroll(0, 470)]),
    ("scroll(direction='down', point='<point>100 200</point>')", [Scroll(0, 470, target=Point(100, 200))]),
    ("scroll(start_box='', direction='down')", [Scroll(0, 470)]),
    ("wait()", [Wait(5.0)]),
    ("wait", [Wait(5.0)]),
    ("wait(time=5)", [Wait(5.0)]),
    ("wait(time='2s')", [Wait(2.0)]),
    ("wait(3)", [Wait(3.0)]),
    ("wait(seconds=900)", [Wait(60.0)]),
    ("navigate(content='https://shop.test/a?b=1')", [Goto("https://shop.test/a?b=1")]),
    ("navigate(url='shop.test')", [Goto("https://shop.test")]),
    ("navigate_back()", [Back()]),
    (f"choose({AT}, content='Floor lamp')", [Select(Point(100, 200), ("Floor lamp",))]),
    (f"upload({AT}, content='cv.pdf')", [Upload(Point(100, 200), ("cv.pdf",))]),
    ("dialog(content='accept')", [AnswerDialog(True)]),
    ("dialog(content='accept Ada L')", [AnswerDialog(True, "Ada L")]),
    ("dialog(content='dismiss')", [AnswerDialog(False)]),
    ("switch_tab(content='t2')", [SwitchTab("t2")]),
    (f"click({AT}, key='x', weight=3)", [click()]),
    ("<function=click><parameter=point>100 200</parameter></function>", [click()]),
    ("<seed:tool_call><function=type><parameter=content>a\nb</parameter></function></seed:tool_call>",
     [typed("a\nb")]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), ACTIONS, ids=[call for call, _ in ACTIONS])
def test_every_action_of_the_grammar_becomes_ours(call, expected):
    assert read(f"Thought: Now.\nAction: {call}") == expected


TEXTS = [
    (r"type(content='desk lamp')", [typed("desk lamp")]),
    (r'type(content="desk lamp")', [typed("desk lamp")]),
    (r"type(content='desk lamp\n')", [typed("desk lamp", submit=True)]),
    ("type(content='desk lamp\n')", [typed("desk lamp", submit=True)]),
    (r"type(content='desk lamp\n\n')", [typed("desk lamp", submit=True)]),
    (r"type(content='\n')", [Press("Enter")]),
    (r"type(content='a\nb')", [typed("a\nb")]),
    ("type(content='a\nb')", [typed("a\nb")]),
    (r"type(content='it\'s')", [typed("it's")]),
    (r"type(content='it's')", [typed("it's")]),
    (r"type(content='the 'best' one')", [typed("the 'best' one")]),
    (r"type(content='say \"hi\"')", [typed('say "hi"')]),
    (r"""type(content='say "hi"')""", [typed('say "hi"')]),
    (r'type(content="it\'s")', [typed("it's")]),
    (r"""type(content="it's")""", [typed("it's")]),
    (r"type(content='C:\\new')", [typed("C:\\new")]),
    (r"type(content='C:\Users')", [typed("C:\\Users")]),
    (r"type(content='100% \d+')", [typed("100% \\d+")]),
    ("type(content='  two spaces')", [typed("  two spaces")]),
    ("type(content='point=3, start_box=4')", [typed("point=3, start_box=4")]),
    ("type(content='start_point=a')", [typed("start_point=a")]),
    ("type(content='f(x) = 2')", [typed("f(x) = 2")]),
    ("type(content='f(x)')", [typed("f(x)")]),
    ("type(content='f(x)\n\ng(y)')", [typed("f(x)\n\ng(y)")]),
    ("type(content='a, b')", [typed("a, b")]),
    ("type(content='Action: wait()')", [typed("Action: wait()")]),
    ("type(content='Thought: none')", [typed("Thought: none")]),
    ("type(content='日本語')", [typed("日本語")]),
    ("type(content='hello)", [typed("hello")]),
    ("type(content='hello", [typed("hello")]),
    ("type(content='hello'", [typed("hello")]),
    ("type(content=hello)", [typed("hello")]),
    ("type(content=hello, world)", [typed("hello, world")]),
    ("type(content='hello\")", [typed("hello")]),
    ("type(content=‘hello’)", [typed("hello")]),
    ("type(content=“hello”)", [typed("hello")]),
    ("type(content='''it's''')", [typed("it's")]),
    ('type(content="""a "b" c""")', [typed('a "b" c')]),
    ("type('hello')", [typed("hello")]),
    ("type(text='hello')", [typed("hello")]),
    ("type(content='hello').", [typed("hello")]),
    ("type(content='hello');", [typed("hello")]),
    ("type(content='hi', start_box='(100,200)')", [click(), typed("hi")]),
    ("type(start_box='(100,200)', content='hi')", [click(), typed("hi")]),
    ("type(content='{{secret:PASSWORD}}')", [typed("{{secret:PASSWORD}}")]),
    ("type(content='hello)\n\nclick(start_box='(100,200)')", [typed("hello"), click()]),
]


@pytest.mark.parametrize(("call", "expected"), TEXTS, ids=[repr(call) for call, _ in TEXTS])
def test_a_text_is_typed_as_it_was_meant(call, expected):
    assert read(f"Thought: Now.\nAction: {call}") == expected


ENDS = [
    ("Thought: It is 25.\nAction: finished(content='25 EUR')", "25 EUR"),
    ("Thought: Done.\nAction: finished(content='it's done')", "it's done"),
    ("Thought: Done.\nAction: finished(content='a (b) c')", "a (b) c"),
    ("Thought: Done.\nAction: finished(content='see 'x') now')", "see 'x') now"),
    ("Thought: The lamp is in the cart.\nAction: finished()", "The lamp is in the cart."),
    ("Thought: The lamp is in the cart.\nAction: finished", "The lamp is in the cart."),
    ("Thought: The lamp is there.\nAction: finished(content='')", "The lamp is there."),
    ("Thought: Done.\nAction: finished('25')", "25"),
    ("Action: finished(content='25')", "25"),
    ("Thought: Done.\nAction: finished(content='25')\nThat was all.", "25"),
]


@pytest.mark.parametrize(("reply", "answer"), ENDS)
def test_an_end_says_what_was_found(reply, answer):
    (end,) = read(reply)

    assert isinstance(end, Finish)
    assert end.output == answer


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        ("Thought: A captcha is in the way.\nAction: call_user()", "captcha"),
        ("Thought: I must log in and have no password.\nAction: call_user()", "login"),
        ("Thought: Which size?\nAction: call_user()", "question"),
        ("Action: call_user(content='Which size?')", "question"),
        ("Action: call_user", "question"),
    ],
)
def test_a_call_for_a_person_says_what_for(reply, what):
    (end,) = read(reply)

    assert isinstance(end, AskUser)
    assert end.kind == what
    assert end.text


def test_giving_up_names_the_callers_code():
    (end,) = read("Thought: No.\nAction: give_up(content='SOLD_OUT: there is no lamp')")

    assert end == GiveUp(reason="SOLD_OUT: there is no lamp", error_codes=("SOLD_OUT",), thought="No.")


FORMS = [
    (f"Thought: Go.\nAction: click({AT})", [click()], "Go."),
    (f"Thought: Go.\n\nAction:click({AT})", [click()], "Go."),
    (f"Thought：去。\nAction： click({AT})", [click()], "去。"),
    (f"Thought: Go. Action: click({AT})", [click()], "Go."),
    (f"**Thought:** Go.\n**Action:** click({AT})", [click()], "Go."),
    (f"Thought: Go.\nAction: `click({AT})`", [click()], "Go."),
    (f"Thought: Go.\nAction:\n```\nclick({AT})\n```", [click()], "Go."),
    (f"```\nThought: Go.\nAction: click({AT})\n```", [click()], "Go."),
    (f"Thought: Go.\nAction:\n```python\nclick({AT})\n```", [click()], "Go."),
    (f"Action: click({AT})", [click()], ""),
    (f"click({AT})", [click()], ""),
    (f"I see it. click({AT})", [click()], "I see it."),
    (f"<think>Hm.</think>Thought: Go.\nAction: click({AT})", [click()], "Hm.\nGo."),
    (f"Hm.</think>\nAction: click({AT})", [click()], "Hm."),
    (f"<think>Action: wait()</think>\nAction: click({AT})", [click()], "Action: wait()"),
    (f"Reflection: Wrong.\nAction_Summary: Again.\nAction: click({AT})", [click()], "Wrong.\nAgain."),
    (f"<Thought>Go.</Thought>\nAction_Summary: Press.\nAction: click({AT})", [click()], "Go.\nPress."),
    (f"Thought: I write Action: and go.\nAction: click({AT})", [click()], "I write Action: and go."),
    (f"Thought: Not Action: wait() now.\nAction: click({AT})", [click()], "Not Action: wait() now."),
    (f"Thought: Go.\nAction: click({AT})<|im_end|>", [click()], "Go."),
    (f"<|im_start|>assistant\nThought: Go.\nAction: click({AT})<|im_end|>\n", [click()], "Go."),
    (f"Thought: Go.\nAction: click({AT})\n\nwait()", [click(), Wait(5.0)], "Go."),
    (f"Thought: Go.\nAction: click({AT})\nwait()", [click(), Wait(5.0)], "Go."),
    (f"Thought: Go.\nAction: click({AT}); wait()", [click(), Wait(5.0)], "Go."),
    (f"Thought: Go.\nAction: click({AT}) wait()", [click(), Wait(5.0)], "Go."),
    (f"Thought: Go.\nAction: click({AT})\nAction: wait()", [click(), Wait(5.0)], "Go."),
    (f"Thought: Go.\nAction: 1. click({AT})\n2. wait()", [click(), Wait(5.0)], "Go."),
    (f"Thought: Go.\nAction: type(content='a')\nclick({AT})", [typed("a"), click()], "Go."),
    (f"Thought: Go.\nAction: type(content='a')\n\nclick({AT})", [typed("a"), click()], "Go."),
    (f"Thought: Go.\nAction: click({AT})\n\nThen I wait for the page (it is slow).", [click()], "Go."),
    (f"Thought: Go.\nAction: click({AT})\n\nThought: Next.\nAction: wait()", [click()], "Go."),
    (f"Thought: Go.\nAction: click({AT})<|im_end|>\n<|im_start|>user\nAction: wait()", [click()], "Go."),
    (f"Thought: Go.\nAction: click({AT})\n\nfinished(content='x')", [click()], "Go."),
    (f"Thought: Go.\nActions: click({AT})", [click()], "Go."),
    (f"thought: go.\naction: click({AT})", [click()], "go."),
    (f"Thought: Go.\nAction: click({AT}", [click()], "Go."),
    ("Thought: Go.\nAction: click(start_box='(100,200)\n\nwait()", [click(), Wait(5.0)], "Go."),
    (f"\n\n Thought: Go.\r\nAction: click({AT})\r\n", [click()], "Go."),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "expected", "thought"), FORMS, ids=[repr(form[0]) for form in FORMS])
def test_thought_and_action_are_told_apart(reply, expected, thought):
    assert read(reply) == expected
    assert parsed(reply).thought == thought


MISTAKES = [
    ("", "the reply is empty"),
    ("<|im_end|>", "the reply is empty"),
    ("Thought: I do not know.", "there is no action in it"),
    ("Thought: Go.\nAction: ", "there is no action in it"),
    ("!" * 400, "only repeats '!'"),
    ("Thought: " + "click the button " * 60, "only repeats 'click the button'"),
    ("Action: fly(start_box='(1,2)')", "there is no action 'fly'; there are click"),
    ("Action: click()", 'click needs "start_box"'),
    ("Action: click(start_box='')", 'click needs "start_box"'),
    ("Action: click(start_box='None')", "two whole numbers"),
    ("Action: click(start_box='(100)')", "two whole numbers"),
    ("Action: click(start_box='(1,2,3)')", "two whole numbers"),
    ("Action: click(start_box='(0.25,0.5)')", "not in fractions"),
    ("Action: click(start_box='(1261,200)')", "(1261,200) lies outside of the screenshot; x goes from 0 to 1260"),
    ("Action: click(start_box='(100,785)')", "y from 0 to 784"),
    ("Action: click(start_box='(-5,200)')", "(-5,200) lies outside"),
    ("Action: drag(start_box='(1,2)')", 'drag needs "end_box"'),
    ("Action: type(content='')", 'type needs "content"'),
    ("Action: type()", 'type needs "content"'),
    ("Action: hotkey(key='')", 'hotkey needs "key"'),
    ("Action: hotkey(key='hyper')", "there is no key 'hyper'"),
    ("Action: keydown(key='ctrl')", "no key is held from one action to the next"),
    ("Action: release(key='ctrl')", "no key is held"),
    ("Action: scroll(start_box='(1,2)')", 'scroll needs "direction"'),
    ("Action: scroll(direction='inwards')", "not 'inwards'"),
    ("Action: long_press(start_box='(1,2)')", "long_press is for phones"),
    ("Action: open_app(app_name='Maps')", "open_app is for phones"),
    ("Action: press_home()", "press_home is for phones"),
    ("Action: press_back()", "press_back is for phones"),
    ("Action: error_env()", "error_env is no action of yours"),
    ("Action: user_resp(content='x')", "user_resp is no action"),
    ("Action: max_loop()", "max_loop is no action"),
    ("Action: navigate()", 'navigate needs "url"'),
    ("Action: upload(start_box='(1,2)', content='passwd')", "no file 'passwd' came with the task"),
    ("Action: dialog(content='maybe')", "dialog needs content='accept'"),
    ("Action: click(start_box='(1,2)')\n\nclick(start_box='(5000,2)')", "lies outside"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "why"), MISTAKES, ids=[repr(reply[:60]) for reply, _ in MISTAKES])
def test_what_cannot_be_carried_out_is_said_in_a_sentence(reply, why):
    with pytest.raises(ReplyError) as mistake:
        read(reply)

    assert why in str(mistake.value)


def test_the_table_holds_at_least_150_forms():
    assert sum(map(len, (PLACES, ACTIONS, TEXTS, ENDS, FORMS, MISTAKES))) >= 150


@pytest.mark.parametrize(
    ("family", "said", "on_the_page"),
    [
        ("norm1000", (500, 500), (640, 360)),
        ("norm1000", (0, 1000), (0, 719.75)),
        ("resized", (644, 364), (640, 360)),
        ("resized", (1288, 0), (1279.75, 0)),
        ("resized", (100, 100), (100 / 1288 * 1280, 100 / 728 * 720)),
    ],
)
def test_both_families_points_lie_where_they_were_meant(family, said, on_the_page):
    picture = picture_of(blank(2560, 1440, 2.0), Sizes())

    point = picture.point(*said, family)

    assert (picture.sent.width_px, picture.sent.height_px) == (1288, 728)
    assert (point.x, point.y) == pytest.approx(on_the_page)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1280, 800), (1288, 812)),
        ((1920, 1080), (1932, 1092)),
        ((1024, 768), (1036, 756)),
        ((1288, 812), (1288, 812)),
        ((200, 100), (420, 224)),
        ((20, 4000), (28, 4004)),
    ],
)
def test_pictures_are_rounded_to_multiples_of_28_and_stay_as_they_are_then(size, expected):
    wide, high = resized(*size, Sizes())

    assert (wide, high) == expected
    assert resized(wide, high, Sizes()) == (wide, high)


def test_a_picture_that_is_too_large_is_made_smaller_and_keeps_its_proportion():
    wide, high = resized(3840, 2160, Sizes())

    assert wide * high <= Sizes().most
    assert abs(wide / high - 16 / 9) < 0.05


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("ByteDance-Seed/UI-TARS-1.5-7B", "resized"),
        ("ui-tars-1.5-7b-q4_k_m.gguf", "resized"),
        ("mlx-community/UI-TARS-1.5-7B-6bit", "resized"),
        ("Qwen/Qwen2.5-VL-7B-Instruct", "resized"),
        ("bytedance-research/UI-TARS-7B-DPO", "norm1000"),
        ("ByteDance-Seed/UI-TARS-2B-SFT", "norm1000"),
        ("UI-TARS-72B-DPO", "norm1000"),
        ("doubao-1-5-ui-tars-250428", "norm1000"),
        ("doubao-1.5-thinking-vision-pro", "norm1000"),
        ("ui-tars-2", "norm1000"),
        ("Qwen2-VL-7B", "norm1000"),
        ("tars", None),
        ("", None),
    ],
)
def test_what_coordinates_mean_is_told_by_the_models_name(name, family):
    assert kind_of_name(name) == family


@pytest.mark.parametrize("text", ["", "Thought: Go.\nAction: wait()", "aaa", "1, 2, 3, 4, 5, 6, 7, 8"])
def test_an_ordinary_reply_repeats_nothing(text):
    assert repeated(text) == ""
