"""Where a value stands that many places say."""

from __future__ import annotations

import pytest

from browser.model.observation import Element, Observation
from browser.values.places import places_of

PAGE = Observation(
    url="http://127.0.0.1/",
    elements=(
        Element(ref="f0e1", role="text", name="12 photos of the match", text="12 photos of the match"),
        Element(ref="f0e2", role="text", name="Page 24 of 30", text="Page 24 of 30"),
        Element(ref="f0e3", role="row", text="Members 24"),
        Element(ref="f0e4", role="cell", name="24", text="24", parent="f0e3", depth=1),
    ),
)


@pytest.mark.parametrize(
    ("key", "value", "ref"),
    [
        pytest.param("/member_count", 24, "f0e4", id="its row has a word of the field"),
        pytest.param("/galleries/0/photos", 12, "f0e1", id="its sentence does"),
        pytest.param("/page", 24, "f0e2", id="another one does"),
        pytest.param("/age", 24, "f0e4", id="none does"),
    ],
)
def test_a_short_number_stands_where_a_word_of_its_field_stands_beside_it(key, value, ref):
    assert places_of({key: value}, (PAGE,))[key].ref == ref
