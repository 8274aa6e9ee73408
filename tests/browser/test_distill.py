"""Each rule that shrinks a page, alone."""

from dataclasses import replace

from browser.distill import (
    cut_long_texts,
    distill,
    drop_labels_of_fields,
    drop_text_of_named,
    drop_unnamed_pictures,
    fold_repeated,
    merge_text_runs,
    note_unread,
    rejoin,
    tokens_of,
    unwrap_containers,
    viewport_first,
    worth_reading,
)
from browser.observation import Box, Element

SEEN = Box(0, 0, 10, 10)


def element(ref, role, name="", parent="", **more):
    return Element(ref=ref, role=role, name=name, parent=parent, box=SEEN, **more)


def names(elements):
    return [(one.role, one.name) for one in elements]


def test_a_sentence_with_bold_words_becomes_one_text():
    page = [
        element("p", "paragraph"),
        element("a", "text", "Some", "p"),
        element("b", "strong", "", "p"),
        element("c", "text", "bold", "b"),
        element("d", "text", "words", "p"),
        element("q", "paragraph"),
        element("e", "text", "Another", "q"),
    ]
    assert names(merge_text_runs(page)) == [
        ("paragraph", ""),
        ("text", "Some bold words"),
        ("paragraph", ""),
        ("text", "Another"),
    ]


def test_text_that_repeats_the_name_of_its_button_goes_and_other_text_stays():
    page = [
        element("b", "button", "Send now", interactive=True),
        element("t", "text", "Send now", "b"),
        element("u", "text", "Send now"),
    ]
    assert names(drop_text_of_named(page)) == [("button", "Send now"), ("text", "Send now")]


def test_a_label_goes_when_its_field_says_the_same():
    page = [
        element("l", "generic", "Name", tag="label", interactive=True),
        element("t", "text", "Name", "l"),
        element("f", "textbox", "Name", label="Name", interactive=True),
        element("m", "generic", "Other", tag="label", interactive=True),
    ]
    assert names(drop_labels_of_fields(page)) == [("textbox", "Name"), ("generic", "Other")]


def test_containers_go_unless_they_scroll_or_can_be_used():
    page = [
        element("a", "generic"),
        element("b", "generic", interactive=True),
        element("c", "generic", states=frozenset({"scrollable"})),
        element("d", "paragraph"),
        element("e", "list"),
    ]
    assert [one.ref for one in unwrap_containers(page)] == ["b", "c", "e"]


def test_pictures_without_a_name_go():
    page = [element("a", "img"), element("b", "img", "Logo"), element("c", "img", interactive=True)]
    assert [one.ref for one in drop_unnamed_pictures(page)] == ["b", "c"]


def test_long_texts_are_cut():
    [cut] = cut_long_texts([element("a", "text", "x" * 1000)])
    assert cut.name == "x" * 400 + "\u2026"


def test_a_long_table_is_folded_to_its_first_rows_those_in_view_and_a_count():
    far = frozenset({"offscreen"})
    page = [element("t", "table")]
    for number in range(3000):
        states = frozenset() if number < 8 else far
        page.append(element(f"r{number}", "row", parent="t", states=states))
        page.append(element(f"c{number}", "cell", f"{number}", f"r{number}", states=states))
    folded = fold_repeated(page)
    assert [one.ref for one in folded if one.role == "row"] == [f"r{number}" for number in range(8)]
    assert folded[-1].name == "2,992 more of 3,000 like these; look into t for them"
    assert len(folded) == 1 + 8 * 2 + 1


def test_what_is_in_view_comes_before_what_is_not():
    far = frozenset({"offscreen"})
    page = [
        element("a", "text", "far " * 10, states=far),
        element("b", "text", "near " * 8),
        element("c", "button", "Buy", states=far, interactive=True),
    ]
    budget = tokens_of(page[1]) + tokens_of(page[2])
    assert [one.ref for one in viewport_first(page, budget)] == ["b", "c"]


def test_children_go_to_the_nearest_ancestor_that_is_left():
    page = [
        element("a", "main", depth=0),
        element("b", "generic", "", "a", depth=1),
        element("c", "button", "", "b", depth=2),
    ]
    [main, button] = rejoin([page[0], page[2]], page)
    assert (main.parent, button.parent, button.depth) == ("", "a", 1)


def test_no_budget_means_everything():
    page = (element("a", "generic"), element("b", "text", "x", "a"))
    assert distill(page, None) == page


def test_the_budget_is_kept_whatever_the_page():
    page = [element(f"e{number}", "button", f"Button {number}", interactive=True) for number in range(5000)]
    assert sum(tokens_of(one) for one in distill(page, 1000)) <= 1000


def test_what_was_not_looked_at_one_by_one_is_noted():
    page = [
        element("list", "list"),
        element("a", "listitem", "", "list"),
        element("b", "generic", "", "list"),
    ]
    noted = note_unread(page, {"a": 1200})
    assert names(noted)[1:] == [
        ("note", "1,200 more listitem not listed; look into list for them"),
        ("generic", ""),
    ]


def test_rows_that_were_not_looked_at_are_counted_with_those_that_were():
    rows = [element(f"r{at}", "row", "", "table", tag="tr") for at in range(20)]
    below = [replace(row, states=frozenset({"offscreen"})) for row in rows[8:]]
    unread = replace(element("u", "note", "", "table", tag="tr"), states=frozenset({"offscreen"}))
    folded = fold_repeated([*rows[:8], *below, unread], {"u": 2980})
    assert [one.name for one in folded if one.role == "note"] == [
        "2,992 more of 3,000 like these; look into table for them"
    ]


def test_notes_are_said_before_what_is_further_down():
    far = frozenset({"offscreen"})
    page = [replace(element(f"t{at}", "text", "word " * 20), states=far) for at in range(50)]
    note = replace(element("n", "note", "40 more like these"), states=far)
    assert note in viewport_first([*page, note], 300)


def test_without_a_budget_all_is_worth_reading():
    assert worth_reading(None) is None
    assert worth_reading(6000) == 2000
