"""The tree of a page's elements."""

from __future__ import annotations

from browser.model.observation import Element
from browser.model.page_tree import PageTree


def test_a_long_text_is_put_together_from_its_parts_once_however_often_it_is_asked_for():
    words = [f"word{at}" for at in range(300)]
    whole = Element(ref="all", role="generic", text=" ".join(words)[:500])
    parts = (Element(ref=f"t{at}", role="text", name=word, parent="all") for at, word in enumerate(words))
    [row] = PageTree([whole, *parts]).root.children

    first = row.text

    assert first == " ".join(words)
    assert row.text is first


def test_of_several_elements_the_outermost_hold_the_innermost_and_keep_their_order():
    outer = Element(ref="row", role="generic")
    between = Element(ref="wrap", role="generic", parent="row")
    inner = Element(ref="name", role="text", name="Ann", parent="wrap")
    alone = Element(ref="other", role="text", name="Bob")
    tree = PageTree([outer, between, inner, alone])

    assert tree.outermost([inner, outer, alone]) == [outer, alone]
    assert tree.innermost([inner, outer, alone]) == [inner, alone]
    assert tree.outermost([alone, inner]) == [alone, inner]
