"""A step in words: as a person would say it, and as an agent can be told to do it."""

from __future__ import annotations

from typing import Any

from agent_core.replay.format import Described, Step


def sentence(do: str, arguments: dict[str, Any], on: dict[str, Described]) -> str:
    """What a step does, as an instruction."""
    target = on.get("target")
    what = called(target) if target else ""
    into = f" into {what}" if what else ""
    match do:
        case "TypeText":
            enter = " and press Enter" if arguments.get("submit") else ""
            return f"Enter {arguments.get('text', '')!r}{into}{enter}."
        case "Select":
            chosen = " and ".join(repr(option) for option in arguments.get("options", ()))
            return f"Select {chosen} as {what}." if what else f"Select {chosen}."
        case "SetChecked":
            return f"{'Check' if arguments.get('checked', True) else 'Uncheck'} {what}."
        case "Click":
            kind = {2: "Double-click", 3: "Triple-click"}.get(arguments.get("count", 1), "Click")
            button = arguments.get("button", "left")
            return f"{kind} {what}{f' with the {button} button' if button != 'left' else ''}."
        case "Press":
            return f"Press {arguments.get('keys', '')}{f' in {what}' if what else ''}."
        case "Upload":
            files = " and ".join(repr(file) for file in arguments.get("files", ()))
            return f"Upload {files}{f' as {what}' if what else ''}."
        case "Drag":
            start, end = on.get("start"), on.get("end")
            return f"Drag {called(start) if start else 'it'} to {called(end) if end else 'its place'}."
        case "Goto":
            return f"Open {arguments.get('url', '')}."
        case "EnterCode":
            return f"Enter the one-time code{into}."
        case "Hover":
            return f"Move the pointer over {what}."
        case _:
            given = ", ".join(f"{name} {value}" for name, value in arguments.items())
            return f"{do}{f' {what}' if what else ''}{f' ({given})' if given else ''}."


def called(element: Described) -> str:
    """An element by its name, in quotation marks; by its role where it has none."""
    name = element.name or element.label or element.placeholder or element.text[:40]
    return repr(name) if name else f"the {element.role}"


def place(step: Step) -> str:
    """Where a step's element was, for an agent that has to find what it is now."""
    element = step.on.get("target") or step.on.get("start")
    if element is None:
        return ""
    said = [f"a {element.role}"]
    inside = [one.name for one in element.around if one.name]
    if inside:
        said.append(f"in {inside[0]!r}")
    if element.before:
        said.append(f"after {element.before[0]!r}")
    if element.after:
        said.append(f"before {element.after[0]!r}")
    if element.row:
        said.append(f"in the row of {element.row!r}")
    return ", ".join(said)
