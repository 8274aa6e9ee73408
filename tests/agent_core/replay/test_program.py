"""The program that a recording is exported as."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent_core.demo_site import DemoSite
from agent_core.replay.export import playwright_program
from agent_core.replay.format import Ending, Output, Script, Step
from browser.lifecycle.find import find_browser


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


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\f", "\u2028"])
def test_no_words_of_a_step_become_code(line_break: str):
    says, part = (f"{word}{line_break}    raise SystemExit" for word in ("Go back", "and so on"))
    step = Step(says=says, part=part, worked_out=True, do="Back")
    tree = ast.parse(playwright_program(Script(prompt="Go back", url="http://shop.example/", steps=(step,))))
    [steps] = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "steps"]
    assert [ast.unparse(each) for each in steps.body[1:]] == ["tabs.page.go_back()"]


def test_each_sign_of_the_end_is_looked_for_once():
    ending = Ending(headings=("Thank you",), appeared=("Thank you", "Order #"))
    program = playwright_program(Script(prompt="Order", url="http://shop.example/", ending=ending))
    assert "check(tabs, ['Thank you', 'Order #'])" in program


@pytest.mark.browser
def test_a_program_that_cannot_read_the_output_says_so_and_prints_the_text_that_came_late(tmp_path: Path):
    file = tmp_path / "program.py"
    with DemoSite() as site:
        file.write_text(playwright_program(Script(prompt="List the posts", url=site.url, output=Output())))
        command = [sys.executable, "-I", file, "--browser", find_browser().path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert all(post["title"] in json.loads(done.stdout) for post in site.posts[:5])
    assert "is left to you" in done.stderr
