"""Rows whose two halves are built alike, entries of the navigation in the plural, and rows that open their form."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.skills.records.locate import stem
from tests.conftest import Server
from tests.support.rules_playing import play, shown

CELLAR = """
<style>.line { display: flex; justify-content: space-between; padding: 6px } .row-start, .row-end { display: flex; gap: 10px }
nav a { display: block; cursor: pointer } tr { cursor: pointer }</style>
<nav><a onclick="go('Cases')">Cases <b>3</b></a><a onclick="go('Leases')">Leases</a><a onclick="go('Seals')">Seals</a></nav><main id="main"></main><p id="log"></p>
<script>
let cases = ["Morel", "Chanterelle", "Porcini"], leases = { "North Vault": "Monthly", "South Vault": "Weekly" }; let did = [];
function go(to) { if (to == "Seals") return seals(); main.innerHTML = `<h1>${to}</h1>` + (to == "Cases" ? cases.map((name, at) => `<div class="line case-row">
    <div class="row-start"><span class="chip"><b>${name}</b></span><small>Kept since May</small></div>
    <div class="row-end"><small>4 jars</small><span class="kind chip"><b>dry</b></span><button onclick="drop(${at})">Delete</button></div></div>`).join("")
  : `<table><tr><th>Tenant</th><th>Rent</th></tr>${Object.keys(leases).map(one => `<tr onclick="edit('${one}')"><td>${one}</td><td>${leases[one]}</td></tr>`).join("")}</table>`); tell() }
function seals() { main.innerHTML = `<h1>Seals</h1><div class="seal card default"><b>Red wax</b><span class="badge"><i>Default</i></span><button onclick="did.push('stamped Red wax'); tell()">Stamp</button></div>
  ${["Blue wax", "Lead"].map(one => `<div class="seal card"><b>${one}</b><div class="acts"><button onclick="did.push('stamped ${one}'); tell()">Stamp</button> <button>Melt</button></div></div>`).join("")}` }
function drop(at) { did.push("dropped " + cases[at]); cases.splice(at, 1); go("Cases") }
function edit(one) { main.innerHTML = `<h1>Edit Lease</h1><div><label>Tenant <input value="${one}"></label></div>
  <div><label>Rent <select id="rent"><option>Monthly</option><option>Weekly</option><option>Yearly</option></select></label></div>
  <button onclick="leases['${one}'] = rent.value; did.push('${one} ' + rent.value); go('Leases')">Save</button> <button onclick="go('Leases')">Cancel</button>`;
  rent.value = leases[one] }
function tell() { log.textContent = did.join(", ") || "nothing done" }
go("Leases");
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Delete the case 'Chanterelle'.", "dropped Chanterelle"),
        ("Stamp the seal 'Red wax'.", "stamped Red wax"),
        ("Stamp the seal 'Lead'.", "stamped Lead"),
        ("Edit the lease for North Vault and change its rent from monthly to yearly.", "North Vault Yearly"),
    ],
)
async def test_the_act_is_done_to_the_one_that_is_named(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(CELLAR), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).rstrip().endswith(told)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "prompt",
    [
        "Delete the case 'dry'.",
        "Melt the seal 'Red wax'.",
        "Edit the lease for North Vault and change its colour to 'Red'.",
        "Edit the lease for North Vault and change its rent from weekly to yearly.",
    ],
)
async def test_what_it_does_not_have_is_refused(session: Session, server: Server, prompt: str) -> None:
    ended = await play(session, server.page(CELLAR), prompt)

    assert isinstance(ended, GiveUp), ended


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("note", "notes"),
        ("case", "cases"),
        ("class", "classes"),
        ("status", "statuses"),
        ("box", "boxes"),
        ("cache", "caches"),
        ("category", "categories"),
        ("movie", "movies"),
        ("bus", "buses"),
    ],
)
def test_a_word_and_its_plural_have_one_stem(one: str, many: str) -> None:
    assert stem(one) == stem(many)


@pytest.mark.parametrize(
    ("one", "other"), [("plan", "plane"), ("car", "care"), ("not", "note"), ("tim", "time")]
)
def test_words_that_only_begin_alike_have_two(one: str, other: str) -> None:
    assert stem(one) != stem(other)
