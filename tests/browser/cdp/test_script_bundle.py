"""The page scripts joined into one: every module shares the scope of all others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from browser.cdp.script_bundle import bundle

DECLARED = re.compile(
    r"^(?:export )?(?:(?:async )?function\*? |class |(?:const|let|var) )([\w$]+)", re.MULTILINE
)


def page_scripts() -> Iterator[tuple[str, str]]:
    """Yield the path of each page script below `browser/js` and its text."""
    folder = Path(str(files("browser") / "js"))
    for path in folder.rglob("*.js"):
        yield path.relative_to(folder).as_posix(), path.read_text("utf-8")


def test_every_page_script_is_part_of_what_a_frame_evaluates():
    whole = bundle()
    missing = [
        module for module, text in page_scripts() for name in DECLARED.findall(text) if name not in whole
    ]
    assert missing == []


def test_no_two_modules_declare_the_same_name():
    declared_in = defaultdict(list)
    for module, text in page_scripts():
        for name in DECLARED.findall(text):
            declared_in[name].append(module)
    assert len(declared_in) > 100
    assert {name: where for name, where in declared_in.items() if len(where) > 1} == {}


SINK = re.compile(
    r"\b(?:innerHTML|outerHTML|srcdoc)\s*=[^=]|insertAdjacentHTML|createContextualFragment|parseFromString"
    r"|document\.write|setHTMLUnsafe|\beval\(|\bnew Function\b|execCommand\(\s*'insertHTML'"
)
"""What a document with Trusted Types refuses to do with a text (W3C Trusted Types, "injection sinks")."""


def test_no_page_script_makes_markup_or_code_of_a_text():
    found = {module: SINK.findall(text) for module, text in page_scripts()}
    assert {name: sinks for name, sinks in found.items() if sinks} == {}


def test_no_import_or_export_is_left_in_what_a_frame_evaluates():
    assert re.search(r"^(?:import|export)\b", bundle(), re.MULTILINE) is None
