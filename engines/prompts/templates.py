"""Prompts are text files beside their engine; a name in them that is not given is an error."""

from __future__ import annotations

from importlib.resources import files
from string import Template


def rendered(package: str, name: str, /, **values: str) -> str:
    """The prompt file of a package with its `$names` filled in.

    Raises:
        KeyError: The file uses a name that was not given.
        TypeError: A name was given that the file does not use: one of the two is misspelt.
    """
    template = Template(files(package).joinpath(name).read_text(encoding="utf-8"))
    unused = set(values) - set(template.get_identifiers())
    if unused:
        raise TypeError(f"{name} does not use {', '.join(sorted(unused))}")
    return template.substitute(values).strip()
