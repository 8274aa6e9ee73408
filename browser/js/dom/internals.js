// Custom elements that say by ElementInternals alone what they are; told from outside, see element_internals.py.

import {fieldIn} from '../acting/fields.js';
import {elementOf} from '../changing/redrawn.js';
import {everyRoot} from './listeners.js';
import {numberOf} from './refs.js';

const MOST_ASKED = 500;

/** Custom element -> what it says: {role, name, value, checked, ...}; null: nothing. */
const told = new WeakMap();
let anySpeaks = false;
/** Custom element -> the look at which it was last asked. */
const asked = new WeakMap();
let looks = 0;

/** What a custom element needs to take the keyboard, and has where its author gave it no role. */
const MAY_SPEAK = '[tabindex]:not([role]):defined';

/** The numbers of custom elements that take the keyboard and have no role attribute, but those that say nothing; those
    asked longest ago come first. `number`: only that element and its field; `rooted`: also those in shadow roots. */
export function speakers(number, rooted) {
  looks++;
  const around = number ? elementOf(number) : null;
  const all = number
    ? [...new Set(around ? [around, fieldIn(around)] : [])].filter((one) => one.matches(MAY_SPEAK))
    : (rooted ? everyRoot() : [document]).flatMap((root) => [...root.querySelectorAll(MAY_SPEAK)]);
  return all
    .filter(
      (element) => element.localName.includes('-') && element.tabIndex >= 0 && told.get(element) !== null,
    )
    .sort((one, other) => (asked.get(one) || 0) - (asked.get(other) || 0))
    .slice(0, MOST_ASKED)
    .map(numberOf);
}

/** Takes pairs of a number and what the element with it says; gives whether that is news, and whether any of them says
    what it is. */
export function noteInternals(pairs) {
  let news = false,
    speaks = false;
  for (const [number, said] of pairs) {
    const element = elementOf(number);
    if (!element) continue;
    const now = said?.role && said.role !== 'generic' ? said : null;
    news ||= JSON.stringify(told.get(element) ?? null) !== JSON.stringify(now);
    speaks ||= now !== null;
    told.set(element, now);
    asked.set(element, looks);
  }
  anySpeaks ||= speaks;
  return {news, speaks};
}

/** What a custom element says of itself; {} for any other element. */
export function internalsOf(element) {
  return (anySpeaks && told.get(element)) || NOTHING;
}
const NOTHING = {};
