"""Which address a prompt names, where the task has no `url`."""

from __future__ import annotations

import pytest

from agent_core.task.addresses.start import address_in


@pytest.mark.parametrize(
    ("prompt", "address"),
    [
        ("Go to https://example.com/a?b=1, and read", "https://example.com/a?b=1"),
        ("Open www.example.org/posts.", "https://www.example.org/posts"),
        ("Find the news on example.co.uk today", "https://example.co.uk"),
        ("Buy tea at tea.co.jp.", "https://tea.co.jp"),
        ("Look at shop.com.br/x and shop.it", "https://shop.com.br/x"),
        ("See http://127.0.0.1:8000/x (local)", "http://127.0.0.1:8000/x"),
        ("Open localhost:3000 and log in", "http://localhost:3000"),
        ("Log in at 127.0.0.1:8000/a?b=1, then read", "http://127.0.0.1:8000/a?b=1"),
        ("Ask [::1]:8080/x now", "http://[::1]:8080/x"),
        ("Open example.com:8080/login?next=/a.", "https://example.com:8080/login?next=/a"),
        ("See https://wiki.test/Tea_(drink).", "https://wiki.test/Tea_(drink)"),
        ("The shop (see https://tea.test/a) is closed", "https://tea.test/a"),
        ("Tea, “example.org”, is good", "https://example.org"),
        ("Is it example.org's page?", "https://example.org"),
        ("打开tea.co.jp搜索茶", "https://tea.co.jp"),
        ("Öffne bücher.de bitte", "https://bücher.de"),
        ("Открой пример.рф сейчас", "https://пример.рф"),
        ("Open https://例え.jp/パス。次に", "https://例え.jp/パス"),
        ("Read notes.md at code.test.com/a/b.", "https://code.test.com/a/b"),
        ("Look at my-site.github.io", "https://my-site.github.io"),
        ("Use EXAMPLE.COM", "https://EXAMPLE.COM"),
    ],
)
def test_an_address_is_read_whole(prompt, address):
    assert address_in(prompt) == address


@pytest.mark.parametrize(
    "prompt",
    [
        "Find the top posts",
        "Mail ann@example.com about report.txt, 3.5 kg, e.g. now",
        "Write to ann.b@example.com",
        "Download report.zip and run main.py",
        "Press Finish.In the list, take the first",
        "Read the Node.js manual of version 1.2.3",
        "What is sold under co.jp?",
        "Open http://[x/ please",
        "Enter ann.lee as the name",
    ],
)
def test_what_is_no_address_is_not_taken_for_one(prompt):
    assert address_in(prompt) == ""
