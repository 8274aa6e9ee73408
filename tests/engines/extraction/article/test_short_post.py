"""A post that is its own title is an article of one paragraph."""

from __future__ import annotations

from browser.model.observation import Box, Element, Observation, StatedValue
from engines.extraction import extract

POST = (
    "We have moved the old press into the new hall today, and with the help of forty neighbours it printed its "
    "first sheet at noon. The next ones follow on Friday; come and bring paper if you have any left over."
)
SCHEMA = {
    "type": "object",
    "properties": {"article_body": {"type": ["string", "null"]}, "headline": {"type": ["string", "null"]}},
}


def test_a_post_whose_title_is_its_text_is_read():
    box = Box(0, 0, 900, 300)
    page = Observation(
        url="http://127.0.0.1/posts/1",
        title="A post",
        text=POST,
        elements=(
            Element(ref="f0e1", role="main", tag="main", box=box),
            Element(ref="f0e2", role="paragraph", tag="p", parent="f0e1", depth=1, box=box, text=POST),
            Element(ref="f0e3", role="text", name=POST, parent="f0e2", depth=2, box=box),
        ),
        structured=(StatedValue(syntax="meta", thing=0, kind="", name="og:title", value=POST, ref=""),),
    )

    assert extract(SCHEMA, "Extract the article", page).output == {"article_body": POST, "headline": POST}
