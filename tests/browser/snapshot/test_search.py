"""What a look finds, on pages given as elements."""

from __future__ import annotations

from browser.model.observation import Box, Element, LookRequest
from browser.snapshot.capture import Captured
from browser.snapshot.distill.tree import rejoin
from browser.snapshot.look import answer
from browser.snapshot.search import matching

NAMES = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Tony", "Frances", "John", "Kathleen")


def element(ref, role, name="", parent="", **more):
    return Element(ref=ref, role=role, name=name, parent=parent, box=Box(0, 0, 10, 10), **more)


def placed(page):
    return rejoin(page, page)


def people(count=200):
    page = [element("t", "table"), element("h", "row", "", "t"), element("h0", "columnheader", "Name", "h")]
    for at in range(1, count + 1):
        page += [
            element(f"r{at}", "row", f"{NAMES[at % 10]} {at}", "t"),
            element(f"c{at}", "cell", f"{NAMES[at % 10]} {at}", f"r{at}"),
            element(f"k{at}", "cell", "", f"r{at}"),
            element(f"b{at}", "button", "Edit", f"k{at}", interactive=True),
        ]
    page.append(element("s", "button", "Save all", interactive=True))
    page.append(element("i", "textbox", "", label="E-mail", placeholder="you@example.org", interactive=True))
    return placed(page)


def found(page, query, **more):
    """The refs of what was found, without the header row of the people's table."""
    return [one.ref for one in matching(page, query, **more) if one.ref not in ("h", "h0")]


def test_a_word_of_a_row_and_a_word_of_its_button_find_the_row():
    assert found(people(), "edit 117") == ["r117", "c117", "k117", "b117"]


def test_numbers_are_never_taken_for_others():
    assert found(people(), "Grace 1170") == []
    assert found(people(), "11") == ["r11", "c11", "k11", "b11"]


def test_a_word_of_letters_and_digits_is_one_word():
    texts = ("Encoded with H264", "264 comments", "Encoded with H.264", "Encoded with H265", "5 kg", "5 mg")
    page = placed([element(f"x{at}", "text", text) for at, text in enumerate(texts)])
    assert found(page, "h264") == ["x0", "x2"]
    assert found(page, "5kg") == ["x4"]


def test_words_misspelt_or_in_another_number_are_found():
    assert found(people(), "Kathleeen 9")[0] == "r9"
    assert found(people(), "save al") == ["s"]


def test_a_field_is_found_by_its_label_its_placeholder_and_its_kind():
    assert found(people(), "e-mail field") == ["i"]
    assert found(people(), "example.org") == ["i"]


def test_rows_come_under_the_heading_and_the_headers_of_their_table_and_both_once():
    page = placed(
        [
            element("a", "heading", "Staff"),
            *people(20),
            element("d", "generic"),
            element("z", "heading", "Guests", "d"),
            element("v", "text", "Ada was here"),
        ]
    )

    answer = [one.ref for one in matching(page, "Ada")]

    assert answer == ["a", "h", "h0", "r10", "c10", "k10", "b10", "r20", "c20", "k20", "b20", "z", "v"]


def test_the_heading_of_the_card_before_is_not_that_of_the_next_one():
    cards = [
        [element(f"l{at}", "listitem"), element(f"t{at}", "heading", f"Card {at}", f"l{at}"),
         element(f"x{at}", "text", f"Body {at}", f"l{at}")]
        for at in range(3)
    ]  # fmt: skip
    page = placed([element("a", "heading", "All cards"), *(one for card in cards for one in card)])

    assert [one.ref for one in matching(page, "Body 2")] == ["a", "l2", "t2", "x2"]


def test_places_are_understood_and_a_header_is_no_row():
    assert found(people(), "the last row")[0] == "r200"
    assert found(people(), "row 1")[0] == found(people(), "row #1")[0] == "r1"
    assert found(people(3000), "the button of row 2,417") == ["r2417", "c2417", "k2417", "b2417"]
    assert found(people(), "3rd button")[0] == "r3"


def test_words_that_stand_there_come_before_a_place():
    page = placed([*people(20), element("x", "link", "row 5 of the cinema", interactive=True)])
    assert found(page, "row 5")[0] == "x"


def test_the_best_comes_first_and_ties_stand_in_reading_order():
    page = placed(
        [
            element("a", "text", "Return policy of this shop"),
            element("b", "link", "Returns", interactive=True),
            element("c", "button", "Return policy", interactive=True),
            element("d", "text", "Return policy of that shop"),
        ]
    )
    assert found(page, "return policy") == ["c", "a", "d"]


def test_a_sentence_is_shown_around_its_link_and_a_list_is_not():
    page = placed(
        [
            element("p", "paragraph"),
            element("x", "text", "More in the", "p"),
            element("y", "link", "appendix", "p", interactive=True),
            element("l", "list"),
            *(element(f"l{at}", "link", f"Chapter {at}", "l", interactive=True) for at in range(5)),
        ]
    )
    assert found(page, "appendix") == ["p", "x", "y"]
    assert found(page, "chapter 3") == ["l3"]


def test_a_piece_of_a_sentence_too_long_to_show_comes_with_the_pieces_beside_it():
    fans = [f"Fan {at}" for at in range(200)]
    page = [element("p", "paragraph")]
    for at, fan in enumerate(fans):
        page += [element(f"l{at}", "link", fan, "p"), element(f"c{at}", "text", ",", "p")]
    page += [element("and", "text", "and 3,381 guests liked it", "p"), element("z", "button", "Close")]

    shown = matching(placed(page), "guests liked")

    assert "".join(one.name for one in shown).endswith("Fan 198,Fan 199, and 3,381 guests liked it")
    assert len(shown) < 10


def test_too_many_places_are_cut_to_the_budget_and_counted():
    said = matching(people(), "edit", budget_tokens=400)
    assert said[-1].role == "note"
    shown = sum(one.role == "row" and one.ref != "h" for one in said)
    assert said[-1].name == f"{200 - shown:,} more places fit as well or less; more words tell them apart"


def test_words_in_a_long_text_are_shown_with_what_is_around_them():
    long = f"{'lorem ' * 5000}the treasure lies under the oak {'ipsum ' * 5000}"
    captured = Captured(
        text=f"before\n{long}\nafter", elements=(element("t", "text", long[:2000], text=long[:500]),)
    )
    (said,) = answer(captured, LookRequest(query="treasure oak")).elements
    assert "the treasure lies under the oak" in said.name
    assert len(said.name) < 2000
    (said,) = answer(captured, LookRequest(ref="t")).elements
    assert said.name.startswith("lorem lorem")
    assert said.name.endswith("more characters; look by words)")


def test_of_many_options_those_that_fit_are_listed():
    page = [
        element("s", "combobox", "Town", options=tuple(f"Town {at}" for at in range(150)), interactive=True)
    ]
    (said,) = matching(page, "town 77")
    assert said.options[0] == "Town 77"
    assert len(said.options) <= 25
    assert "of its options fit" in said.description


def test_reading_on_from_a_note_goes_to_the_end_row_by_row():
    captured = Captured(elements=tuple(people()))
    ref, rows = "r1+", []
    for _ in range(50):
        said = answer(captured, LookRequest(ref=ref), 700).elements
        rows += [one.ref for one in said if one.role == "row"]
        if said[-1].role != "note":
            break
        ref = said[-1].ref
    assert rows == [f"r{at}" for at in range(1, 201)]


def test_what_is_inside_is_given_from_its_beginning_with_a_note_of_the_rest():
    said = answer(Captured(elements=tuple(people())), LookRequest(ref="t"), 500).elements
    assert [one.ref for one in said[:3]] == ["t", "h", "h0"]
    assert said[-1].role == "note"
    assert said[-1].parent == "t"


def test_what_is_gone_is_said_to_be_gone():
    gone = answer(Captured(elements=tuple(people())), LookRequest(ref="z9+"))
    assert gone.problem == "element 'z9' is not on the page any more; look for its words instead"
    assert answer(Captured(), LookRequest(query="x")).problem == "nothing on the page fits 'x'"
