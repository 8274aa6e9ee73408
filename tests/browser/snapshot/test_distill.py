"""Each rule that shrinks a page, alone."""

from dataclasses import replace

from browser.model.observation import Box, Element
from browser.snapshot.distill.container_rules import name_once, say_what_scrolls, unwrap_containers
from browser.snapshot.distill.distill import distill, flattened, tidied
from browser.snapshot.distill.notes import join_notes, note_left_out, note_of, note_unread
from browser.snapshot.distill.repetition import fold_repeated
from browser.snapshot.distill.text_rules import (
    drop_captioned_pictures,
    drop_labels_of_fields,
    drop_repeated,
    drop_text_of_named,
    drop_titles_of_named,
    drop_unnamed_pictures,
    merge_linked_headings,
    merge_text_runs,
)
from browser.snapshot.distill.token_budget import cut_long_texts, tokens_of, viewport_first, worth_reading
from browser.snapshot.distill.tree import NOTHING_UNREAD, rejoin

SEEN = Box(0, 0, 10, 10)


def element(ref, role, name="", parent="", **more):
    return Element(ref=ref, role=role, name=name, parent=parent, box=SEEN, **more)


def without_room(elements, unread=NOTHING_UNREAD):
    return fold_repeated(elements, unread, {}, 0)


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


def sentence(ref, parent="", role="paragraph", tag="p"):
    return [
        element(ref, role, "", parent, tag=tag),
        element(f"{ref}a", "text", f"See {ref}", ref),
        element(f"{ref}s", "generic", "", ref, tag="span"),
        element(f"{ref}l", "link", f"the list of {ref}", f"{ref}s", interactive=True),
        element(f"{ref}b", "text", "for more.", ref),
    ]


def test_texts_that_are_drawn_apart_read_as_two_words_and_a_large_initial_does_not():
    def text(ref, name, box, joined=True):
        return Element(ref=ref, role="text", name=name, parent="p", box=box, joined=joined)

    paragraph = element("p", "paragraph")
    day, length = text("a", "Feb 24", Box(0, 0, 40, 18), joined=False), text("b", "4 min", Box(48, 0, 30, 18))
    initial, rest = text("c", "O", Box(0, 0, 30, 60), joined=False), text("d", "nce", Box(36, 20, 30, 18))
    close = text("e", "0 km", Box(40, 0, 30, 18))

    assert names(merge_text_runs([paragraph, day, length]))[1:] == [("text", "Feb 24 4 min")]
    assert names(merge_text_runs([paragraph, day, close]))[1:] == [("text", "Feb 240 km")]
    assert names(merge_text_runs([paragraph, initial, rest]))[1:] == [("text", "Once")]


def test_what_holds_a_sentence_with_links_stays_and_other_containers_go():
    page = [
        *sentence("p"),
        *sentence("d", role="generic", tag="div"),
        *sentence("i", role="listitem", tag="li"),
        element("q", "paragraph"),
        element("x", "text", "No link", "q"),
        element("m", "generic"),
        element("y", "text", "Beside a field", "m"),
        element("z", "textbox", "Town", "m", interactive=True),
        *sentence("n", role="generic", tag="div"),
        element("k", "generic", "", "n", tag="div"),
        element("w", "text", "A part of its own", "k"),
    ]
    left = flattened(page)
    assert [one.ref for one in left if one.role in ("paragraph", "listitem")] == ["p", "d", "i"]
    assert {one.parent for one in left if one.ref.startswith("p") and one.ref != "p"} == {"p"}
    assert [one.name for one in left if one.role == "text"].count("for more.") == 4


def test_a_sentence_is_kept_whole_or_not_at_all():
    page = flattened([one for at in range(40) for one in sentence(f"f0e{at}00")])
    page = [
        replace(one, box=Box(0, 900 + 90 * at, 9, 9), states=frozenset({"offscreen"}))
        for at, one in enumerate(page)
    ]
    kept = viewport_first(page, 300)
    by_holder = {
        one.ref: [each.ref for each in kept if each.parent == one.ref] for one in kept if not one.parent
    }
    assert 2 < len(by_holder) < 40
    assert {len(pieces) for pieces in by_holder.values()} == {3}


def test_a_link_that_is_bold_inside_says_its_name_once():
    page = [
        element("a", "link", "Read on", interactive=True),
        element("b", "strong", "", "a"),
        element("c", "text", "Read on", "b"),
    ]
    assert names(tidied(page)) == [("link", "Read on")]


def test_a_picture_whose_caption_says_the_same_goes():
    page = [
        element("f", "figure"),
        element("i", "img", "The mill", "f"),
        element("c", "text", "The mill", "f"),
        element("j", "img", "The river", "f"),
    ]
    assert names(drop_captioned_pictures(page)) == [
        ("figure", ""),
        ("text", "The mill"),
        ("img", "The river"),
    ]


def test_text_that_repeats_the_name_of_its_button_goes_and_other_text_stays():
    page = [
        element("b", "button", "Send now", interactive=True),
        element("t", "text", "Send now", "b"),
        element("u", "text", "Send now"),
    ]
    assert names(drop_text_of_named(page)) == [("button", "Send now"), ("text", "Send now")]


def test_a_picture_that_repeats_the_name_of_its_link_goes_and_one_that_says_more_stays():
    page = [
        element("a", "link", "Cart", interactive=True),
        element("i", "img", "Cart", "a"),
        element("b", "link", "Desk lamp", interactive=True),
        element("j", "img", "A lamp on a desk", "b"),
        element("k", "img", "Cart"),
    ]
    assert names(drop_text_of_named(page)) == [
        ("link", "Cart"),
        ("link", "Desk lamp"),
        ("img", "A lamp on a desk"),
        ("img", "Cart"),
    ]


def test_the_label_of_a_drawing_is_said_once():
    page = [
        element("s", "img", "Sales"),
        element("l", "graphics-symbol", "Jan 2026", "s"),
        element("g", "generic", "", "l"),
        element("t", "text", "Jan", "g"),
        element("u", "text", "2026", "g"),
        element("v", "text", "2027", "g"),
    ]
    assert names(drop_text_of_named(page)) == [
        ("img", "Sales"),
        ("graphics-symbol", "Jan 2026"),
        ("generic", ""),
        ("text", "2027"),
    ]


def test_ornaments_and_titles_that_are_names_go():
    page = [
        element("b", "button", "More choices", interactive=True),
        element("o", "text", "\u2026", "b"),
        element("g", "group", "Delivery"),
        element("l", "text", "Delivery", "g"),
        element("t", "table", "Prices"),
        element("c", "caption", "Prices", "t"),
        element("ct", "text", "Prices", "c"),
        element("p", "button", "Basket", interactive=True),
        element("n", "text", "2", "p"),
    ]
    assert [one.ref for one in drop_titles_of_named(drop_text_of_named(page))] == ["b", "g", "t", "p", "n"]


def test_text_beside_its_field_goes_and_the_same_text_elsewhere_stays():
    page = [
        element("r", "radio", "Post", label="Post", interactive=True),
        element("t", "text", "Post"),
        element("h", "heading", "News"),
        element("u", "text", "Post"),
    ]
    assert [one.ref for one in drop_labels_of_fields(page)] == ["r", "h", "u"]


def test_a_container_is_not_named_by_all_that_is_in_it():
    page = [
        element("d", "generic", "Lamp 12.50 Buy", text="Lamp 12.50 Buy", interactive=True),
        element("t", "text", "Lamp 12.50", "d"),
        element("b", "button", "Buy", "d", interactive=True),
        element("e", "generic", "Offers", text="Lamp", interactive=True),
        element("u", "text", "Lamp", "e"),
    ]
    assert names(name_once(page)) == [
        ("generic", ""),
        ("text", "Lamp 12.50"),
        ("button", "Buy"),
        ("generic", "Offers"),
        ("text", "Lamp"),
    ]


def test_a_heading_that_is_all_link_is_the_link():
    page = [
        element("h", "heading", "Cats", level=2),
        element("l", "link", "Cats", "h", interactive=True),
        element("i", "heading", "Dogs and more", level=2),
        element("m", "link", "Dogs", "i", interactive=True),
    ]
    merged = merge_linked_headings(page)
    assert [(one.ref, one.level) for one in merged] == [("l", 2), ("i", 2), ("m", None)]


def test_a_note_of_the_page_is_not_taken_for_one_of_ours():
    own = replace(element("n", "note", "Weakly"), limits={"aria-valuemin": "low"})
    assert not own.is_note
    assert join_notes([own, own]) == [own, own]
    assert note_of([own, own]).name == "2 more notes not listed"


def test_a_control_that_was_met_twice_is_said_once():
    box = element("c", "checkbox", "Dark mode", interactive=True)
    assert drop_repeated([box, box]) == [box]


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
    assert cut.name == "x" * 300 + "\u2026 (700 more characters)"


def test_a_long_table_is_folded_to_its_first_rows_those_in_view_and_a_count():
    far = frozenset({"offscreen"})
    page = [element("t", "table")]
    for number in range(3000):
        states = frozenset() if number < 8 else far
        page.append(element(f"r{number}", "row", parent="t", states=states))
        page.append(element(f"c{number}", "cell", f"{number}", f"r{number}", states=states))
    folded = without_room(page)
    assert [one.ref for one in folded if one.role == "row"] == [f"r{number}" for number in range(8)]
    assert folded[-1].ref == "r8+"
    assert folded[-1].name == "2,992 more of 3,000 rows like these"
    assert len(folded) == 1 + 8 * 2 + 1


def test_rows_above_and_below_those_in_view_are_counted_apart_and_headers_stay():
    far = frozenset({"offscreen"})
    page = [element("t", "table"), element("h", "row", parent="t", states=far)]
    page.append(element("hc", "columnheader", "Name", "h", states=far))
    for number in range(100):
        states = frozenset() if 50 <= number < 60 else far
        page.append(element(f"r{number}", "row", parent="t", states=states))
    said = [one.name or one.ref for one in without_room(page) if one.role in ("row", "note")]
    assert said[:5] == ["h", "r0", "r1", "r2", "47 more of 101 rows like these"]
    assert said[5:] == [*(f"r{number}" for number in range(50, 60)), "40 more of 101 rows like these"]


def test_cards_of_the_same_make_are_folded_and_sections_that_differ_are_not():
    far = frozenset({"offscreen"})
    page = []
    for number in range(30):
        page.append(element(f"d{number}", "generic", tag="div", states=far))
        page.append(element(f"t{number}", "text", f"Lamp {number}", f"d{number}", states=far))
        page.append(element(f"b{number}", "button", "Buy", f"d{number}", states=far, interactive=True))
    folded = without_room(page)
    assert folded[-1].name == "27 more of 30 parts like these"
    assert [one.ref for one in folded if one.role == "generic"] == ["d0", "d1", "d2"]
    different = [replace(one, role=f"role{one.ref}") if one.role == "text" else one for one in page]
    assert without_room(different) == different


def test_what_is_in_view_comes_before_what_is_not():
    far = frozenset({"offscreen"})
    page = [
        element("a", "text", "far " * 30, states=far),
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
    assert names(noted)[1:] == [("note", "1,200 more items not listed"), ("generic", "")]
    assert noted[1].ref == "a+"


def test_rows_that_were_not_looked_at_are_counted_with_those_that_were():
    rows = [element(f"r{at}", "row", "", "table", tag="tr") for at in range(20)]
    below = [replace(row, states=frozenset({"offscreen"})) for row in rows[8:]]
    unread = replace(element("u", "row", "", "table", tag="tr"), states=frozenset({"offscreen"}))
    folded = without_room([*rows[:8], *below, unread], {"u": 2980})
    assert [one.name for one in folded if one.role == "note"] == ["2,992 more of 3,000 rows like these"]


def test_notes_are_said_before_what_is_further_down():
    far = frozenset({"offscreen"})
    page = [replace(element(f"t{at}", "text", "word " * 20), states=far) for at in range(50)]
    note = replace(element("n+", "note", "40 more like these"), states=far)
    assert note in viewport_first([*page, note], 300)


def test_without_a_budget_all_is_worth_reading():
    assert worth_reading(None) is None
    assert worth_reading(6000) == 4500


def test_what_is_left_out_is_noted_where_it_was_with_a_ref_to_read_on_from():
    page = [element("h", "heading", "Top")]
    far = frozenset({"offscreen"})
    page += [
        replace(element(f"t{at}", "text", "word " * 20), states=far, box=Box(0, 5000, 9, 9))
        for at in range(80)
    ]
    said = distill(page, 600)
    assert said[0].ref == "h"
    assert said[-1].role == "note"
    first_gone = len(said) - 2
    assert said[-1].ref == f"t{first_gone}+"
    assert said[-1].name == f"{80 - first_gone} more texts not listed"


def test_notes_side_by_side_become_one():
    page = note_unread([element("a", "link"), element("b", "text")], {"a": 3, "b": 4})
    [note] = join_notes(page)
    assert (note.ref, note.name) == ("a+", "7 more (4 texts, 3 links) not listed")


def test_a_container_of_which_nothing_is_said_says_how_much_is_in_it():
    far = frozenset({"offscreen"})
    page = [element("r", "region", "Reviews", states=far)]
    page += [replace(element(f"t{at}", "text", "word " * 30, "r"), states=far) for at in range(60)]
    [region] = note_left_out([page[0]], page)
    assert region.description == "60 more texts inside, not listed"


def test_a_scroll_container_says_what_is_above_and_below():
    page = [Element(ref="s", role="generic", states=frozenset({"scrollable"}), box=Box(0, 100, 50, 200))]
    page += [element(f"i{at}", "text", f"{at}", "s") for at in range(3)]
    page[1] = replace(page[1], box=Box(0, 40, 10, 10))
    page[2] = replace(page[2], box=Box(0, 500, 10, 10))
    page[3] = replace(page[3], box=Box(0, 990, 10, 10))
    assert say_what_scrolls(page)[0].description == "60 px above, 700 px below"


def test_screens_near_the_viewport_come_before_those_further_away():
    far = frozenset({"offscreen"})
    page = [replace(element(f"t{at}", "text", "word " * 15), states=far) for at in range(40)]
    page = [replace(one, box=Box(0, 720.0 * (20 - at), 9, 9)) for at, one in enumerate(page)]
    kept = viewport_first(page, 5 * tokens_of(page[0]))
    assert [one.ref for one in kept] == ["t18", "t19", "t20", "t21", "t22"]


def test_headings_far_away_are_an_outline():
    far = frozenset({"offscreen"})
    page = []
    for part in range(20):
        page.append(
            replace(element(f"h{part}", "heading", f"Part {part}"), states=far, box=Box(0, part * 5000, 9, 9))
        )
        page += [
            replace(
                element(f"t{part}-{at}", "text", "word " * 40), states=far, box=Box(0, part * 5000 + 50, 9, 9)
            )
            for at in range(10)
        ]
    kept = viewport_first(page, 2400)
    assert {f"h{part}" for part in range(20)} <= {one.ref for one in kept}
