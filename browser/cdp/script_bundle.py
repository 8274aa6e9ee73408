"""The page scripts of `browser/js` as one expression that can be evaluated in a frame.

The scripts are ES modules, so that editors and the linter understand them. A module cannot be evaluated in
an isolated world. Therefore they are joined here in the order in which they import each other, without their
import and export statements. All modules share one scope: no two of them may declare the same name.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from posixpath import dirname, join, normpath

ENTRY = "index"
"""The module that exports what Python calls (its path, no `.js`): the members of `globalThis.agentCore`."""

_IMPORT = re.compile(r"^import \{[^}]*\} from '(\.[^']+)\.js';\n", re.MULTILINE)
_REEXPORT = re.compile(r"^export \{([^}]*)\} from '(\.[^']+)\.js';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)


@cache
def bundle() -> str:
    """Return all page scripts as one expression that sets `globalThis.agentCore`."""
    sources: dict[str, str] = {}
    _add(ENTRY, sources, on_the_way=())
    exported = ",".join(group for group, _ in _REEXPORT.findall(_read(ENTRY))).split(",")
    names = ", ".join(name.strip() for name in exported if name.strip())
    body = "\n".join(sources.values())
    return f"(() => {{ 'use strict';\n{body}\nglobalThis.agentCore = {{{names}}}; }})()"


def _add(module: str, sources: dict[str, str], on_the_way: tuple[str, ...]) -> None:
    """Add a module behind those that it imports; a circle is cut where it is closed."""
    if module in sources or module in on_the_way:
        return
    text = _read(module)
    for imported in (*_IMPORT.findall(text), *(source for _, source in _REEXPORT.findall(text))):
        _add(normpath(join(dirname(module), imported)), sources, (*on_the_way, module))
    sources[module] = _EXPORT.sub("", _REEXPORT.sub("", _IMPORT.sub("", text)))


def _read(module: str) -> str:
    return (files("browser") / "js" / f"{module}.js").read_text("utf-8")
