"""The glossary explains every word that stands for more than one thing in the code."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
GLOSSARY = (ROOT / "GLOSSARY.md").read_text("utf-8")
TERM = re.compile(r"^\| `?([^|`]+)`? \| (.+) \|$", re.MULTILINE)
CLASS = re.compile(r"^\s*class (\w+)[(:]", re.MULTILINE)


def class_names() -> dict[str, list[str]]:
    """The name of every class -> the modules that define it."""
    found: dict[str, list[str]] = defaultdict(list)
    for package in ("agent_core", "engines", "browser"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for name in CLASS.findall(path.read_text("utf-8")):
                found[name].append(str(path.relative_to(ROOT)))
    return found


def test_a_class_name_that_is_defined_twice_is_explained():
    explained = dict(TERM.findall(GLOSSARY.partition("## Class names")[2]))
    unexplained = [
        f"{name}: {', '.join(places)}"
        for name, places in sorted(class_names().items())
        if len(places) > 1 and name not in explained
    ]
    assert unexplained == [], "rename them, or say in GLOSSARY.md why:\n" + "\n".join(unexplained)


def test_a_class_name_that_is_defined_once_needs_no_explanation():
    explained = [name for name, _ in TERM.findall(GLOSSARY.partition("## Class names")[2])]
    names = class_names()
    stale = [name for name in explained if name not in ("name", "---") and len(names.get(name, [])) < 2]
    assert stale == [], "these entries of GLOSSARY.md may go"


def test_the_terms_stand_in_alphabetical_order_and_once_each():
    terms = [term.strip() for term, _ in TERM.findall(GLOSSARY.partition("## Class names")[0])][1:]
    terms = [term for term in terms if not set(term) <= set("-|")]
    assert len(terms) > 30
    assert terms == sorted(set(terms), key=str.lower)
