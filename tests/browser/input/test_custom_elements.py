"""Custom elements that say what they are to assistive technology alone are seen and used."""

import pytest

from browser.cdp.hidden.element_internals import tell_internals
from browser.model.actions import Click, SetChecked, TypeText
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = """
<style>my-switch, my-level, my-plain {display: inline-block; width: 60px; height: 24px; border: 1px solid}</style>
<my-switch></my-switch><my-level></my-level><my-plain tabindex=0></my-plain><p id=o></p><script>
customElements.define('my-switch', class extends HTMLElement {
  #internals = this.attachInternals();
  connectedCallback() {
    this.tabIndex = 0; this.#internals.role = 'switch'; this.#internals.ariaLabel = 'Alarm'; this.#internals.ariaChecked = 'false';
    this.onclick = () => {this.#internals.ariaChecked = this.#internals.ariaChecked == 'true' ? 'false' : 'true';
      o.textContent += `alarm ${this.#internals.ariaChecked} `};
  }
});
customElements.define('my-level', class extends HTMLElement {
  #internals = this.attachInternals();
  connectedCallback() {
    this.tabIndex = 0; Object.assign(this.#internals, {role: 'slider', ariaLabel: 'Level', ariaValueMin: '0', ariaValueMax: '9', ariaValueNow: '3'});
    this.onkeydown = (event) => {this.#internals.ariaValueNow = Number(this.#internals.ariaValueNow)
      + (event.key == 'ArrowRight') - (event.key == 'ArrowLeft')};
  }
});
customElements.define('my-plain', class extends HTMLElement {});
</script>"""


async def test_their_roles_names_and_states_are_seen(server, session):
    await session.goto(server.page(PAGE))
    seen = await see(session)
    assert "unchecked" in find(seen, "switch", "Alarm").states
    assert find(seen, "slider", "Level").value == "3"
    await session.perform(Click(find(seen, "switch").ref))
    assert "checked" in find(await see(session), "switch", "Alarm").states


async def test_they_are_brought_into_a_state_and_not_out_of_it_again(server, session):
    await session.goto(server.page(PAGE))
    switch = find(await see(session), "switch")
    for _ in range(2):
        result = await session.perform(SetChecked(switch.ref, True))
        assert (result.problem, result.shown) == ("", "checked")
    assert (await see(session)).text.count("alarm true") == 1


async def test_they_are_brought_to_a_value(server, session):
    await session.goto(server.page(PAGE))
    result = await session.perform(TypeText("7", find(await see(session), "slider").ref))
    assert (result.problem, result.shown) == ("", "7")
    assert find(await see(session), "slider").value == "7"


MANY = """<p id=o></p><script>
customElements.define('my-box', class extends HTMLElement {
  #internals = this.attachInternals();
  connectedCallback() {Object.assign(this.#internals, {role: 'checkbox', ariaLabel: this.id, ariaChecked: 'false'}); this.tabIndex = 0}
});
for (let n = 0; n < 60; n++) {
  const box = document.createElement('my-box'); box.id = 'box' + n;
  box.style = 'display:inline-block;width:20px;height:20px'; document.body.append(box)}
</script>"""


async def test_all_of_them_are_told_of_and_read_once(server, session):
    await session.goto(server.page(MANY))
    assert len([one for one in (await see(session)).elements if one.role == "checkbox"]) == 60
    (world,) = await session._tabs.active.worlds.all()
    assert world.speaks
    speakers = await world.call("speakers", 0)
    assert not await tell_internals(world, speakers)  # nothing new, so that what was read meanwhile holds
    await session.front.evaluate("document.querySelectorAll('my-box').forEach(one => one.remove())")
    await see(session)
    assert not world.speaks
