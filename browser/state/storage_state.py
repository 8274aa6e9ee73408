"""What sites keep in a browser, as one flat table, so that two of them can be compared and merged.

("cookie", domain, path, name, partition)        the cookie, as Playwright gives it
("local", origin, key)                           a value of localStorage
("session", origin, key)                         a value of sessionStorage
("database", origin, name)                       a database of IndexedDB: its version and its stores
("record", origin, database, store, key)         one of its records
("worker", scope)                                the address of a service worker's script
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from browser.model.addresses.origins import host_of, is_host_or_below, origin_of

Key = tuple[str, ...]


@dataclass(frozen=True)
class StorageState:
    """What sites keep, by key."""

    items: Mapping[Key, Any] = field(default_factory=dict, repr=False)

    def of_kind(self, kind: str) -> Iterator[tuple[Key, Any]]:
        """The items of one kind."""
        return ((key, value) for key, value in self.items.items() if key[0] == kind)

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins that keep something other than cookies."""
        scopes = (origin_of(key[1]) for key, _ in self.of_kind("worker"))
        others = (key[1] for key in self.items if key[0] not in ("cookie", "worker"))
        return tuple(dict.fromkeys([*others, *scopes]))

    def only(self, sites: Iterable[str]) -> StorageState:
        """What belongs to these hosts and those below them; all of it where none is named."""
        wanted = tuple(site.lstrip(".") for site in sites)
        if not wanted:
            return self
        hosts = {key: key[1].lstrip(".") if key[0] == "cookie" else host_of(key[1]) for key in self.items}
        return StorageState(
            {
                key: value
                for key, value in self.items.items()
                if any(is_host_or_below(hosts[key], site) for site in wanted)
            }
        )

    def __add__(self, other: StorageState) -> StorageState:
        return StorageState({**self.items, **other.items})


def merge(base: StorageState, ours: StorageState, theirs: StorageState) -> tuple[StorageState, list[Key]]:
    """What both have made of the same beginning, and the keys that both have changed, where ours holds.

    What only one of them has was added there or removed in the other; the beginning says which.
    """
    items: dict[Key, Any] = {}
    both: list[Key] = []
    for key in {**theirs.items, **ours.items}:
        before, our, their = (one.items.get(key) for one in (base, ours, theirs))
        if our not in (before, their) and their != before:
            both.append(key)
        value = their if our == before else our
        if value is not None:
            items[key] = value
    return StorageState(items), both


# --- as Playwright has it --------------------------------------------------------------------------


def from_playwright(state: Mapping[str, Any]) -> StorageState:
    """Convert the result of `BrowserContext.storage_state(indexed_db=True)`."""
    items: dict[Key, Any] = {}
    for cookie in state.get("cookies", ()):
        partition = cookie.get("partitionKey", "")
        items["cookie", cookie["domain"], cookie["path"], cookie["name"], partition] = cookie
    for one in state.get("origins", ()):
        origin = one["origin"]
        for item in one.get("localStorage", ()):
            items["local", origin, item["name"]] = item["value"]
        for database in one.get("indexedDB", ()):
            items.update(_database(origin, database))
    return StorageState(items)


def _database(origin: str, database: Mapping[str, Any]) -> Iterator[tuple[Key, Any]]:
    shapes = [
        {name: value for name, value in store.items() if name != "records"} for store in database["stores"]
    ]
    yield ("database", origin, database["name"]), {"version": database["version"], "stores": shapes}
    for store in database["stores"]:
        for record in store.get("records", ()):
            yield ("record", origin, database["name"], store["name"], _key_of(record, store)), record


def _key_of(record: Mapping[str, Any], store: Mapping[str, Any]) -> str:
    """What the record is found by in its store, as text."""
    for name in ("key", "keyEncoded"):
        if name in record:
            return json.dumps(record[name])
    path = store.get("keyPath") or store.get("keyPathArray") or ""
    value = record.get("value", record.get("valueEncoded"))
    paths = [path] if isinstance(path, str) else path
    return json.dumps([_at(value, one.split(".")) for one in paths])


def _at(value: Any, path: list[str]) -> Any:
    """What lies at a path in a value, which may be written as Playwright encodes objects."""
    for name in path:
        if not isinstance(value, Mapping):
            return value
        fields = {one["k"]: one["v"] for one in value["o"]} if "o" in value else value
        value = fields.get(name)
    return value


def to_playwright(stored: StorageState) -> dict[str, Any]:
    """Convert to the argument of `BrowserContext.set_storage_state`."""
    origins: dict[str, dict[str, Any]] = {}

    def of(origin: str) -> dict[str, Any]:
        return origins.setdefault(origin, {"origin": origin, "localStorage": [], "indexedDB": []})

    for key, value in stored.of_kind("local"):
        of(key[1])["localStorage"].append({"name": key[2], "value": value})
    for key, value in stored.of_kind("database"):
        records = _records(stored, key)
        stores = [{**shape, "records": records.get(shape["name"], [])} for shape in value["stores"]]
        of(key[1])["indexedDB"].append({"name": key[2], "version": value["version"], "stores": stores})
    return {"cookies": [value for _, value in stored.of_kind("cookie")], "origins": list(origins.values())}


def _records(stored: StorageState, database: Key) -> dict[str, list[Any]]:
    records: dict[str, list[Any]] = {}
    for key, value in stored.of_kind("record"):
        if key[1:3] == database[1:3]:
            records.setdefault(key[3], []).append(value)
    return records


def describe(key: Key) -> str:
    """An item in words, without what it holds."""
    kind, where, *rest = key
    match kind:
        case "cookie":
            return f"cookie {rest[1]} of {where}"
        case "local" | "session":
            return f"{kind}Storage {rest[0]} of {where}"
        case "database":
            return f"database {rest[0]} of {where}"
        case "record":
            return f"a record of {rest[0]}/{rest[1]} of {where}"
        case _:
            return f"service worker of {where}"
