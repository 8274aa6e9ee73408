"""The program that a recording is exported as, apart from a browser."""

import pytest

from agent_core.replay.export import playwright_program
from agent_core.replay.format import Script


@pytest.fixture(scope="module")
def program() -> dict[str, object]:
    """The names that the program of an empty recording defines."""
    names: dict[str, object] = {"__name__": "program"}
    text = playwright_program(Script(prompt="Read the price", url="http://shop.example/"))
    assert "agent_core." not in text
    assert "import browser" not in text
    assert "from browser" not in text
    exec(text, names)
    return names


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,50 €", 1234.5),
        ("Total: 1,234.50", 1234.5),
        ("−3 °C", -3),
        ("1 234", 1234),
        ("12,50", 12.5),
        ("€ 1.234", 1234),
    ],
)
def test_a_program_reads_numbers_as_pages_write_them(program, text: str, value: float):
    assert program["number"](text) == value


def test_a_text_without_a_number_is_not_as_recorded(program):
    with pytest.raises(program["NotAsRecorded"], match="holds no number"):
        program["number"]("sold out")
