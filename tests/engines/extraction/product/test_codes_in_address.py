"""Codes of a product in the address of its page, and addresses that hold none."""

from __future__ import annotations

import pytest

from engines.extraction.product.codes import codes_in_address


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("http://127.0.0.1/kettles/copper-kettle-20401733.html", ["20401733"]),
        ("http://127.0.0.1/p?id=20401733&page=2", ["20401733"]),
        ("http://127.0.0.1/p?id=%32%30401733", ["20401733"]),
        ("http://127.0.0.1/kettles/copper", []),
        ("about:blank", []),
        ("", []),
        ("http://[masked].example/kettles/20401733", []),
        ("http://%E2%84%80.example/kettles/", []),
        ("http://[x/kettles/20401733", []),
    ],
)
def test_an_address_that_is_none_has_no_code(url: str, codes: list[str]):
    assert codes_in_address(url) == codes
