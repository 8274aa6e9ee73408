"""What a field shows is compared with what was typed into it."""

import pytest

from browser.input.fields.fields import number_for
from browser.model.errors import BadTarget
from browser.values.held import holds


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("hello", "Hello "),
        ("5551234567", "(555) 123-4567"),
        ("+1 555 123 4567", "1 (555) 123-4567"),
        ("4111111111111111", "4111 1111 1111 1111"),
        ("1234.5", "1,234.50"),
        ("1234.5", "$1,234.50"),
        ("12345", "12.345"),
        ("12312025", "12/31/2025"),
        ("2025-12-31", "12/31/2025"),
        ("2025-12-31", "31 December 2025"),
        ("a\nb", "a\n\nb"),
        ("ab12cd", "AB-12-CD"),
        ("4111-1111-1111-1111", "4111111111111111"),
        ("+1 555 123 4567", "15551234567"),
    ],
)
def test_the_same_in_another_form_is_held(asked, shown):
    assert holds(asked, shown)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("hello", ""),
        ("hello", "hell"),
        ("hello", "hello there"),
        ("1234", "12.34"),
        ("1.234,50", "1.234"),
        ("0123", "123"),
        ("2025-12-31", "20/25/1231"),
        ("2025-12-31", "12/30/2025"),
        ("abc123", "123"),
        ("-5", "5"),
        ("!", "?"),
        ("user@example.com", "userexample.com"),
        ("C++", "C"),
        ("Who?", "Who"),
        ("10.0.0.1", "10001"),
        ("10-20", "1020"),
        ("20251231", "20/25/1231"),
    ],
)
def test_something_else_is_not_held(asked, shown):
    assert not holds(asked, shown)


@pytest.mark.parametrize(
    ("text", "limits", "number"),
    [
        ("1.234,50", {}, "1234.50"),
        ("1 234,5", {"step": "any"}, "1234.5"),
        ("1'234'567", {}, "1234567"),
        ("€ 1.234", {"step": "any"}, "1234"),
        ("1,234", {}, "1234"),
        ("1,000", {"step": "any"}, "1000"),
        ("1,234", {"step": "0.001", "max": "10"}, "1.234"),
        ("1.234", {"step": "any"}, "1.234"),
        ("-5", {}, "-5"),
        ("−5", {}, "-5"),
        ("– 5", {}, "-5"),
        ("12345678901234567890", {}, "12345678901234567890"),
        ("1.2 million", {}, "1200000"),
        ("3 of 12", {}, "3"),
    ],
)
def test_a_number_field_is_given_the_number_that_is_meant(text, limits, number):
    assert number_for({"what": "spinbutton", "limits": limits}, text) == number


@pytest.mark.parametrize(
    ("text", "limits", "why"),
    [
        ("1,234", {"step": "any"}, "'1,234' may mean 1234 or 1.234"),
        ("1.234", {"step": "1"}, "'1.234' may mean 1.234 or 1234"),
        ("5k", {}, "'5k' may mean 5 or 5000"),
        ("3 to 5", {}, "is not one number"),
        ("10-20", {}, "is not one number"),
        ("1,23,45", {}, "is not one number"),
        ("ten", {}, "is not one number"),
        ("12:30", {}, "is not one number"),
    ],
)
def test_a_number_that_is_not_clear_is_refused(text, limits, why):
    with pytest.raises(BadTarget, match=why):
        number_for({"what": "spinbutton", "limits": limits}, text)
