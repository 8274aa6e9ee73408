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
