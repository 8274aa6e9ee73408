"""Which element of a page a description means, and when it means none of them."""

from __future__ import annotations

import pytest

from browser.model.observation import Box, Element, Observation
from engines.rules.grounding.find import find, new_in
from engines.rules.reading.phrases import Description
from engines.rules.scene import Scene
from engines.rules.step_generator import Ambiguous, NotFound


def element(ref: str, role: str, name: str = "", parent: str = "", **more: object) -> Element:
    usable = role in ("button", "link", "checkbox", "textbox")
    return Element(
        ref=ref, role=role, name=name, text=name, parent=parent, interactive=usable, box=Box(0, 0, 80, 20), **more
    )  # type: ignore[arg-type]  # fmt: skip


def scene(*elements: Element) -> Scene:
    return Scene(Observation(url="http://127.0.0.1/", elements=elements))


def quoted(name: str, **more: object) -> Description:
    return Description(text=name, name=name, exact=True, **more)  # type: ignore[arg-type]


def row(number: int, name: str, action: str = "Add") -> tuple[Element, ...]:
    ref = f"r{number}"
    return (
        element(ref, "row", parent="t"),
        element(f"{ref}c", "cell", parent=ref),
        element(f"{ref}n", "link", name, parent=f"{ref}c"),
        element(f"{ref}b", "button", action, parent=ref),
    )


class TestAllWordsOfAName:
    def test_a_record_that_shares_some_words_is_named_in_the_refusal_and_not_taken(self) -> None:
        page = scene(element("a", "link", "The Secret Garden"), element("b", "link", "Contact"))

        with pytest.raises(NotFound, match=r"the nearest are link 'The Secret Garden'$"):
            find(quoted("The Quiet Garden"), page)

    def test_a_quoted_name_is_not_taken_for_one_that_is_spelt_otherwise(self) -> None:
        page = scene(element("a", "link", "Anna Hansen"))

        with pytest.raises(NotFound):
            find(quoted("Anna Hanson"), page)

    def test_the_same_name_is_found_among_longer_ones(self) -> None:
        page = scene(element("a", "button", "Save and close"), element("b", "button", "Save"))

        assert find(quoted("Save"), page).ref == "b"

    def test_two_longer_names_with_all_the_words_cannot_be_told_apart(self) -> None:
        page = scene(element("a", "button", "Save and close"), element("b", "button", "Save as a new draft"))

        with pytest.raises(Ambiguous, match=r"Save and close.*Save as a new draft"):
            find(quoted("Save"), page)

    def test_the_only_longer_name_is_taken(self) -> None:
        page = scene(element("a", "link", "Poetry (12)"), element("b", "link", "Prose (3)"))

        assert find(quoted("Poetry"), page).ref == "a"


class TestWithin:
    table = (element("t", "table"), *row(1, "Boats"), *row(2, "Crew"), *row(3, "Crew lists"))

    def test_what_is_next_to_a_name_is_in_the_row_of_that_name(self) -> None:
        assert find(quoted("Add", within=quoted("Boats")), scene(*self.table)).ref == "r1b"

    def test_the_row_whose_name_is_the_very_one_is_meant(self) -> None:
        assert find(quoted("Add", within=quoted("Crew")), scene(*self.table)).ref == "r2b"

    def test_two_rows_that_fit_alike_are_both_told(self) -> None:
        table = (element("t", "table"), *row(1, "Kim Park"), *row(2, "Lee Park"))

        with pytest.raises(Ambiguous):
            find(quoted("Add", within=quoted("Park")), scene(*table))

    def test_nothing_is_taken_from_a_row_of_another_name(self) -> None:
        with pytest.raises(NotFound):
            find(quoted("Add", within=quoted("Crew plans")), scene(*self.table))


class TestWhatCameUp:
    def test_all_of_a_dialog_is_new_where_the_page_under_it_is_left_out(self) -> None:
        before = scene(*(element(f"b{n}", "button", "Unlink") for n in range(3)))
        asked = scene(
            element("d", "generic", hints=("ask", "modal")),
            element("no", "button", "Cancel", parent="d"),
            element("yes", "button", "Unlink", parent="d"),
        )

        assert [one.ref for one in new_in(asked, before)] == ["no", "yes"]

    def test_a_page_that_is_drawn_anew_is_not_new(self) -> None:
        before = scene(element("a", "button", "Unlink"), element("b", "button", "Unlink"))
        after = scene(element("c", "button", "Unlink"), element("d", "button", "Unlink"))

        assert new_in(after, before) == []

    def test_a_whole_page_that_is_marked_while_a_dialog_is_open_is_none(self) -> None:
        before = scene(element("a", "button", "Unlink"))
        after = scene(
            element("p", "generic", hints=("page", "modal")),
            element("n", "navigation", parent="p"),
            element("c", "button", "Unlink", parent="p"),
        )

        assert new_in(after, before) == []
