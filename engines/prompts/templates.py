"""Prompts are text files beside their engine; a name in them that is not given is an error."""

from __future__ import annotations

import re
from importlib.resources import files
from string import Template

_FENCED = re.compile(r"<page \$nonce>\n(.*?)\n</page \$nonce>", re.DOTALL)


def fenced(text: str, nonce: str) -> str:
    """Text of a page between marks that only we know; the text itself cannot hold them.

    A page may have learned the marks if a model wrote them somewhere.
    """
    return f"<page {nonce}>\n{unmarked(text, nonce)}\n</page {nonce}>"


def rendered(package: str, name: str, /, **values: str) -> str:
    """The prompt file of a package with its `$names` filled in; what is fenced cannot hold its fence.

    Raises:
        KeyError: The file uses a name that was not given.
        TypeError: A name was given that the file does not use: one of the two is misspelt.
    """
    template = Template(files(package).joinpath(name).read_text(encoding="utf-8"))
    unused = set(values) - set(template.get_identifiers())
    if unused:
        raise TypeError(f"{name} does not use {', '.join(sorted(unused))}")
    for block in _FENCED.findall(template.template):
        for name in Template(block).get_identifiers():
            values[name] = unmarked(values[name], values["nonce"])
    return template.substitute(values).strip()


def unmarked(text: str, nonce: str) -> str:
    """The text with a sign in place of the mark; without one, what stood around it could join to the mark."""
    return text.replace(nonce, "*") if nonce else text
