"""Browser profiles as files: who may read them, what is refused, how two runs' changes come together."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import pytest

from agent_core import BadRequest, Settings, list_browser_profiles, new_profile_key, start_task
from agent_core.store.profiles import ProfileFiles
from browser.state.storage_state import StorageState, from_playwright, merge, to_playwright

A, B = "http://a.example", "https://b.example:8443"


def local(**values):
    return StorageState({("local", A, name): value for name, value in values.items()})


@pytest.fixture
def files(tmp_path):
    return ProfileFiles(tmp_path / "profiles")


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected", "both"),
    [
        pytest.param({}, {"x": "1"}, {"y": "2"}, {"x": "1", "y": "2"}, [], id="each added one"),
        pytest.param({"x": "0"}, {"x": "0"}, {"x": "2"}, {"x": "2"}, [], id="they changed it"),
        pytest.param({"x": "0"}, {"x": "1"}, {"x": "0"}, {"x": "1"}, [], id="we changed it"),
        pytest.param({"x": "0"}, {"x": "1"}, {"x": "2"}, {"x": "1"}, ["x"], id="both changed it"),
        pytest.param({"x": "0"}, {"x": "1"}, {"x": "1"}, {"x": "1"}, [], id="both to the same"),
        pytest.param({"x": "0"}, {}, {"x": "0"}, {}, [], id="we removed it"),
        pytest.param({"x": "0"}, {"x": "0"}, {}, {}, [], id="they removed it"),
        pytest.param({"x": "0"}, {}, {"x": "2"}, {}, ["x"], id="we removed what they changed"),
        pytest.param({"x": "0"}, {"x": "1"}, {}, {"x": "1"}, ["x"], id="they removed what we changed"),
        pytest.param({"x": ""}, {"x": ""}, {"x": ""}, {"x": ""}, [], id="an empty value is a value"),
    ],
)
def test_what_two_have_made_of_the_same_beginning_comes_together(base, ours, theirs, expected, both):
    together, changed = merge(local(**base), local(**ours), local(**theirs))
    assert together == local(**expected)
    assert [key[2] for key in changed] == both


def database(*records, version=1):
    store = {"name": "s", "autoIncrement": False, "keyPath": "id", "indexes": [], "records": list(records)}
    found = {
        "origin": A,
        "localStorage": [],
        "indexedDB": [{"name": "d", "version": version, "stores": [store]}],
    }
    return from_playwright({"cookies": [], "origins": [found]})


def test_records_of_a_database_come_together_one_by_one():
    one, two = {"value": {"id": 1, "n": "one"}}, {"valueEncoded": {"o": [{"k": "id", "v": 2}]}}
    changed = {"value": {"id": 1, "n": "uno"}}
    together, both = merge(database(one), database(changed), database(one, two))
    assert (together, both) == (database(changed, two), [])
    [origin] = to_playwright(together)["origins"]
    assert origin["indexedDB"][0]["stores"][0]["records"] == [changed, two]


def test_cookies_of_a_name_are_told_apart_by_place_and_partition():
    cookie = {"name": "c", "value": "1", "domain": ".a.example", "path": "/", "expires": -1}
    cookies = [cookie, {**cookie, "path": "/x"}, {**cookie, "partitionKey": B, "value": "2"}]
    state = {"cookies": cookies, "origins": []}
    assert to_playwright(from_playwright(state)) == state


def test_one_site_can_be_taken_of_many():
    cookie = {"name": "c", "value": "1", "path": "/"}
    cookies = [{**cookie, "domain": domain} for domain in (".a.example", "www.a.example", "notea.example")]
    stored = (
        from_playwright({"cookies": cookies, "origins": []})
        + local(x="1")
        + StorageState({("local", B, "y"): "2"})
    )
    kept = stored.only(["a.example"])
    assert [key[1] for key in kept.items] == [".a.example", "www.a.example", A]
    assert stored.only([]) == stored


def test_a_later_save_says_what_both_had_changed_without_the_values(files):
    profile = files.make("shop", local(x="0", y="0")).browser_profile_id
    base = files.load(profile)
    assert files.save(profile, base, local(x="secret one", y="0")) == ""
    said = files.save(profile, base, local(x="secret two", y="1"))
    assert files.load(profile) == local(x="secret two", y="1")
    assert "this run's hold: localStorage x of http://a.example" in said
    assert "secret" not in said


def test_only_the_owner_can_read_a_profile(files, tmp_path):
    profile = files.make("shop", local(x="1")).browser_profile_id
    files.save(profile, StorageState(), local(x="2"))
    folder = tmp_path / "profiles"
    modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {".json": 0o600, ".lock": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_profile_is_encrypted_where_there_is_a_key(tmp_path):
    key = new_profile_key()
    plain, locked = ProfileFiles(tmp_path), ProfileFiles(tmp_path, key)
    profile = plain.make("shop", local(x="a value")).browser_profile_id
    path = tmp_path / f"{profile}.json"
    assert "a value" in path.read_text()
    assert locked.load(profile) == local(x="a value"), "a plain one can still be read"

    locked.save(profile, StorageState(), local(x="a value", y="another"))
    assert "another" not in path.read_text()
    assert "a value" not in path.read_text()
    assert ProfileFiles(tmp_path, key).load(profile) == local(x="a value", y="another")
    assert [(info.name, info.encrypted) for info in plain.all()] == [("shop", True)]

    for wrong, sentence in [
        ("", f"browser_profile_id: {profile} is encrypted; set AGENT_CORE_PROFILE_KEY to its key"),
        (new_profile_key(), f"AGENT_CORE_PROFILE_KEY is not the key of {profile}, or its file is damaged"),
        (
            "short",
            "AGENT_CORE_PROFILE_KEY: is no key of Fernet (32 bytes in base64); `agent-core profiles key`",
        ),
    ]:
        before = path.read_bytes()
        with pytest.raises(BadRequest) as caught:
            ProfileFiles(tmp_path, wrong).save(profile, StorageState(), local(x="lost"))
        assert sentence in str(caught.value)
        assert path.read_bytes() == before


def test_a_profile_can_be_named_by_its_name_or_id(files):
    made = files.make("shop", StorageState())
    assert files.find("shop") == files.find(made.browser_profile_id) == made
    for taken, sentence in [("shop", "there is a profile 'shop' already"), (" ", "is blank")]:
        with pytest.raises(BadRequest, match=sentence):
            files.make(taken, StorageState())
    files.delete(made.browser_profile_id)
    assert list(files.all()) == []


BROKEN = [
    pytest.param("", "is damaged", id="empty"),
    pytest.param("[]", "is damaged", id="no object"),
    pytest.param('{"format": "another"}', "is damaged", id="another format"),
    pytest.param(
        '{"format": "agent-core browser profile", "version": 2}', "is of version 2, and this", id="version"
    ),
    pytest.param(
        '{"format": "agent-core browser profile", "version": 1}', "the head of None is damaged", id="head"
    ),
]


@pytest.mark.parametrize(("text", "sentence"), BROKEN)
def test_a_file_that_is_no_profile_is_named_before_anything_starts(text, sentence, tmp_path):
    settings = Settings(home=tmp_path)
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "bp_0.json").write_text(text)
    with pytest.raises(BadRequest, match=f"browser_profile_id: .*{sentence}"):
        start_task("Read", "http://127.0.0.1/", settings=settings, browser_profile_id="bp_0")
    assert list_browser_profiles(settings) == []
    assert (folder / "bp_0.json").read_text() == text


@pytest.mark.parametrize("content", [[["x"]], [[[1, 2], "y"]], "no token", 3])
def test_content_that_is_none_is_named(content, files, tmp_path):
    profile = files.make("shop", StorageState()).browser_profile_id
    path = tmp_path / "profiles" / f"{profile}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "content": content}))
    with pytest.raises(BadRequest, match=r"is damaged|is encrypted"):
        files.load(profile)


def test_a_profile_that_is_not_there_is_named_before_anything_starts(tmp_path):
    settings = Settings(home=tmp_path / "home")
    for wanted in ("bp_0", "../../etc/passwd", "shop"):
        with pytest.raises(BadRequest, match="browser_profile_id: there is no profile"):
            start_task("Read", "http://127.0.0.1/", settings=settings, browser_profile_id=wanted)
    with pytest.raises(BadRequest, match="browser_profile_id: is laid under browsers of our own only"):
        start_task("Read", settings=settings, browser_profile_id="x", browser_address="127.0.0.1:9222")
    assert not settings.home.exists()


def test_without_the_package_encrypting_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from pathlib import Path\nfrom agent_core.store.profiles import ProfileFiles, StorageState\n"
        "try:\n    ProfileFiles(Path(sys.argv[1]), 'key').make('shop', StorageState())\n"
        "except ValueError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "AGENT_CORE_PROFILE_KEY: encrypting profiles needs a package: pip install '.[vault]' in agent-core's checkout\n"
    )


def test_the_key_may_lie_in_the_keyring(tmp_path):
    code = (
        "import sys, keyring\nfrom keyring.backend import KeyringBackend\n"
        "class Ring(KeyringBackend):\n    priority = 1\n"
        "    def get_password(self, service, username):\n"
        "        return sys.argv[2] if (service, username) == ('agent-core', 'profiles') else None\n"
        "    def set_password(self, *_): ...\n    def delete_password(self, *_): ...\n"
        "keyring.set_keyring(Ring())\n"
        "from agent_core import Settings\nfrom agent_core.runner.preparing.resolve import profile_files\nfrom browser.state.storage_state import StorageState\n"
        "for name in ('profiles', 'other'):\n"
        "    settings = Settings(home=sys.argv[1], profile_key=f'keyring:agent-core/{name}')\n"
        "    try:\n        print(profile_files(settings).make(name, StorageState()).encrypted)\n"
        "    except ValueError as error:\n        print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), new_profile_key()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "True",
        "AGENT_CORE_PROFILE_KEY: the system's keyring has no entry of 'other' for 'agent-core'",
    ]
