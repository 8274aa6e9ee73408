// Custom elements that say by ElementInternals alone what they are; told from outside, see element_internals.py.

import {everyElement} from './listeners.js';
import {elementOf, numberOf} from './refs.js';

const MOST_ASKED = 40;

/** Custom element -> what it says: {role, name, value, checked, ...}; null: nothing. */
const told = new WeakMap();

/** The numbers of custom elements that take the keyboard and have no role attribute, but those that say nothing. */
export function speakers() {
  return everyElement()
    .filter(
      (element) =>
        element.localName.includes('-') &&
        element.tabIndex >= 0 &&
        told.get(element) !== null &&
        !element.hasAttribute('role') &&
        element.matches(':defined'),
    )
    .slice(0, MOST_ASKED)
    .map(numberOf);
}

/** Takes what they say: pairs of a number and what the element with that number says. */
export function noteInternals(pairs) {
  for (const [number, said] of pairs) {
    const element = elementOf(number);
    if (element) told.set(element, said?.role && said.role !== 'generic' ? said : null);
  }
}

/** What a custom element says of itself; {} for any other element. */
export function internalsOf(element) {
  return (element.localName.includes('-') && told.get(element)) || NOTHING;
}
const NOTHING = {};
