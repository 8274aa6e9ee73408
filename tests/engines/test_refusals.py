"""Which tasks are about what a page says is wrong."""

from __future__ import annotations

import pytest

from engines.refusals import asks_about_errors


@pytest.mark.parametrize(
    ("prompt", "asks"),
    [
        ("Submit the empty form and read the error.", True),
        ("Which message appears after Save?", True),
        ("Which fields are invalid?", True),
        ("Send a message to Ann.", False),
        ("Enter 'Hi' into 'Message' and send the message.", False),
        ("Enter 'Error 7' as the title, don't wait, and save.", False),
        ('Write "a warning" and post it.', False),
    ],
)
def test_a_prompt_is_about_errors_only_where_it_asks_for_them(prompt, asks):
    assert asks_about_errors(prompt) is asks
