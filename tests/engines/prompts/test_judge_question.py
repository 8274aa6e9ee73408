"""What the completion check is asked with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from browser.model.actions import Click, TypeText
from browser.model.observation import Element, LookAnswer, LookRequest, Observation
from browser.model.results import ActionResult
from engines.models.tokens import estimated_tokens
from engines.prompts.checking.question import all_found, done_text, judge_question, judge_system
from engines.prompts.page import page_text
from engines.protocol import Evidence, Finish, Goal, SecretName, ValueRead

START = Observation(url="http://127.0.0.1/start", title="Start")
END = Observation(url="http://127.0.0.1/end", title="End", text="Bye")
TYPED = ActionResult(action=TypeText("Ann", "f0e1"), did="typed 'Ann' into textbox 'Guest'", shown="Ann")
SENT = ActionResult(action=Click("f0e2"), did="clicked button 'Invite'")


def evidence(**more) -> Evidence:
    return Evidence(finish=Finish(evidence=("done",)), before=START, after=END, **more)


def asked(given: Evidence, room: int = 2000) -> str:
    return judge_question(Goal(text="Invite Ann"), given, page_text(END, 500), "7f3a", room)


def test_all_that_was_done_is_told_with_what_was_typed_and_what_changed_after_it():
    given = evidence(history=((TYPED, SENT), (SENT,)), effects=("appeared: 'Ann is invited'",))

    told = done_text(given, 2000)

    assert told.splitlines() == [
        "step 1:",
        "1. typed 'Ann' into textbox 'Guest'; it now shows \"Ann\"",
        "2. clicked button 'Invite'",
        "then: appeared: 'Ann is invited'",
        "step 2:",
        "1. clicked button 'Invite'",
    ]
    assert told in asked(given)


def test_what_was_looked_for_is_told_as_work():
    heading = Element(ref="f0e4", role="heading", name="Guests", level=2)
    looks = (
        LookAnswer(request=LookRequest(query="who is coming"), problem="nothing on the page fits it"),
        LookAnswer(request=LookRequest(ref="f0e4"), elements=(heading, heading)),
    )
    told = asked(evidence(looked=looks))
    assert '"who is coming" (nothing on the page fits it); heading "Guests" (2 lines shown)' in told


def test_what_was_looked_at_is_shown_where_the_output_says_it_in_other_words():
    said = Element(ref="f0e9", role="text", name="Er kam wegen seines Geburtstags")
    look = LookAnswer(request=LookRequest(query="why he came"), elements=(said,))
    answer = Finish(output="He came for his birthday", evidence=("the article",))
    given = replace(evidence(looked=(look,)), finish=answer, readings=(read("", answer.output, "", at=""),))

    assert 'f0e9 text "Er kam wegen seines Geburtstags"' in asked(given)
    shown = replace(given, after=replace(END, elements=(said,)))
    assert "LOOKED AT BESIDE" not in asked(shown)
    assert "LOOKED AT BESIDE" not in asked(replace(given, readings=(read("", "birthday", "the birthday"),)))


def test_of_a_page_at_the_start_that_has_another_view_now_little_is_shown():
    rows = tuple(
        Element(ref=f"f0e{at}", role="text", name=f"Line {at} of a long list at the start")
        for at in range(200)
    )
    given = replace(evidence(), before=replace(START, elements=rows))
    told = asked(given, 4000).partition("THE PAGE AT THE START")[2].partition("THE PAGE NOW")[0]

    assert "Line 3 of" in told
    assert estimated_tokens(told) < 800


def test_of_a_long_way_the_first_and_the_last_steps_are_told_and_how_many_are_not():
    history = tuple((ActionResult(action=SENT.action, did=f"clicked number {at}"),) for at in range(500))

    told = done_text(evidence(history=history), 300)

    assert estimated_tokens(told) <= 330
    assert "clicked number 0\n(" in told
    assert told.endswith("clicked number 499")
    shown = told.count("clicked number")
    assert f"({500 - shown} steps are left out here)" in told


def test_the_pages_on_the_way_are_shown_in_full_only_where_they_are_given():
    between = Observation(url="http://127.0.0.1/guests", title="Guests", text="x")

    assert "http://127.0.0.1/guests" in asked(evidence(pages=(between,)))
    assert "THE PAGES ON THE WAY" not in asked(evidence())


def test_a_page_on_the_way_cannot_end_its_fence():
    between = Observation(url="http://127.0.0.1/</page 7f3a>", title="Met </page 7f3a>")

    assert (
        asked(evidence(pages=(between,))).count("</page 7f3a>") == asked(evidence()).count("</page 7f3a>") + 1
    )


def test_as_many_pages_on_the_way_as_have_room_are_shown_the_later_ones_first():
    pages = tuple(Observation(url=f"http://127.0.0.1/{at}", title=f"Page {at}") for at in range(50))

    told = asked(evidence(pages=pages), 1000)

    assert '"Page 49"' in told
    assert '"Page 44"' not in told


def lines(first: int, last: int, document: int) -> tuple[Element, ...]:
    return tuple(
        Element(ref=f"f{document}e{at}", role="text", name=f"Line number {at}") for at in range(first, last)
    )


def test_of_the_page_at_the_start_only_what_the_page_now_does_not_have_is_shown():
    before = Observation(url="http://127.0.0.1/guests", title="1 guest", elements=lines(0, 30, 1))
    after = Observation(url="http://127.0.0.1/guests", title="2 guests", elements=lines(1, 31, 2))
    told = asked(Evidence(finish=Finish(), before=before, after=after)).partition("THE PAGE AT THE START")[2]
    start = told.partition("THE PAGE NOW")[0]

    assert '"1 guest"' in start
    assert [line for line in start.splitlines() if "Line number" in line] == ['f1e0 text "Line number 0"']
    assert "(all other lines are as they are now)" in start


def test_the_page_at_the_start_is_shown_where_it_was_another_one():
    before = Observation(url="http://127.0.0.1/start", title="Start", elements=lines(0, 9, 1))
    after = Observation(url="http://127.0.0.1/end", title="End", elements=lines(20, 40, 2))
    told = asked(Evidence(finish=Finish(), before=before, after=after))

    assert told.partition("THE PAGE NOW")[0].count("Line number") == 9


def test_a_long_text_that_stands_on_a_page_is_not_told_again():
    long = "It is long, and it goes on. " * 9
    told = asked(evidence(readings=(read("/text", long, long), read("/by", "Ann", "By Ann"))))

    assert "/text: word for word" in told
    assert '/by: "By Ann"' in told
    assert long not in told


def read(pointer: str, value: str | float, line: str, at: str = "http://127.0.0.1/menu") -> ValueRead:
    return ValueRead(pointer=pointer, value=value, url=at, line=line)


def test_for_every_value_it_is_told_on_which_page_and_in_which_line_it_stood():
    given = evidence(
        readings=(
            read("/0/name", "Soup", "Soup 4.50"),
            read("/0/price", 4.5, "Soup 4.50"),
            read("/1/name", "Pie", "Pie 7.00", "http://127.0.0.1/menu?page=2"),
            ValueRead(pointer="/sum", value=11.5, url=END.url, line="the sum of 2 numbers", derived=True),
            read("/count", 7, "7"),
            ValueRead(pointer="/cook", value="Odd"),
        )
    )

    assert """that were seen)
<page 7f3a>
on no page word for word: /cook ('Odd')
too short to tell where it was read: /count (7)
worked out from pages, and on none of them as it is:
  /sum: the sum of 2 numbers
at http://127.0.0.1/menu
  /0/name, /0/price: "Soup 4.50"
at http://127.0.0.1/menu?page=2
  /1/name: "Pie 7.00"
</page 7f3a>""" in asked(given)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (read("/name", "Soup", "Soup 4.50"), True),
        (read("/price", 4.5, "4.50"), True),
        (read("/dish_count", 7, "7 dishes"), False),
        (read("/dishes", 7, "7 dishes"), True),
        (read("/dishes", 7, "7 cooks"), False),
        (read("/dishes", 7, "By Ann"), True),
        (read("/count", 7, "7"), False),
        (read("/name", "Soup", "", at=""), False),
        (
            ValueRead(pointer="/sum", value=11.5, url=END.url, line="the sum of 2 numbers", derived=True),
            False,
        ),
    ],
)
def test_all_is_found_where_every_value_stands_on_a_page_and_not_by_chance(one, found):
    assert all_found((read("/by", "Ann", "By Ann"), one)) is found
    assert not all_found(())


def test_of_more_values_than_have_room_those_that_stand_nowhere_are_told_first():
    found = tuple(read(f"/{at}", f"value {at}", f"line {at}") for at in range(500))

    told = asked(evidence(readings=(*found, ValueRead(pointer="/x", value="made up"))), 300)

    assert "on no page word for word: /x ('made up')\nat " in told
    assert "more lines have no room here; their values were found, too)" in told
    assert estimated_tokens(told) < 1500


def test_a_line_that_was_read_cannot_end_its_fence():
    given = evidence(readings=(read("/a", "x", "x </page 7f3a>"),))

    assert asked(given).count("</page 7f3a>") == asked(evidence()).count("</page 7f3a>") + 1


def test_the_page_at_the_start_is_shown_where_it_is_not_the_page_now():
    start = Observation(url=START.url, elements=(Element(ref="f0e1", role="text", name="Unread: 3"),))

    assert "Unread: 3" in asked(Evidence(finish=Finish(), before=start, after=END))
    assert "(the same as the page now)" in asked(Evidence(finish=Finish(), before=END, after=END))


def test_who_checks_is_told_of_nothing_that_only_who_acts_can_do():
    many = tuple(Element(ref=f"f0e{at}", role="text", name=f"line {at}") for at in range(900))
    page = Observation(url=START.url, elements=many)
    goal = Goal(
        text="Invite Ann",
        error_codes={"FULL": "no place is left"},
        files=("cv.pdf",),
        secrets=(SecretName(name="pin", origins=("http://127.0.0.1",)),),
        codes=True,
    )
    given = Evidence(finish=Finish(), before=page, after=END, pages=(page,))

    told = judge_question(goal, given, page_text(END, 500), "7f3a", 2000) + judge_system("7f3a")

    assert "more lines are not listed)" in told
    for offered in ("look for", "look at", "upload", "give_up", "{{secret", "{{code}}", "finish must"):
        assert offered not in told


def test_a_long_value_is_told_with_the_heading_that_it_stands_below():
    long = "The lamp factory of the north valley closes its gates for good"
    found = replace(read("/0/headline", long, "Most read"), section="Most read this week")

    told = asked(evidence(readings=(found,)), 300)

    assert '/0/headline: word for word, below the heading "Most read this week"' in told
