// Fields that were given what nobody may see.

import {fieldIn} from '../acting/fields.js';
import {deepActive, holds} from '../dom/dom.js';
import {numberOf} from '../dom/refs.js';
import {FRAMES} from '../dom/tags.js';

/** Field -> the name of what it was given, told instead of what it holds for as long as it holds anything. */
export const given = new WeakMap();

export function toldOf(field, value) {
  const name = given.get(field);
  if (name === undefined) return value;
  if (field.value === undefined ? field.textContent : field.value) return name;
  given.delete(field);
  return value;
}

/** Puts text into the field in one go, in the task in which it is known to have the keyboard. */
export function putIn(element, text, name) {
  const field = fieldIn(element);
  if (deepActive() !== field) field.focus({preventScroll: true});
  const active = deepActive();
  if (active !== field && !(active && holds(field, active))) return {put: false};
  given.set(field, name);
  return {put: document.execCommand('insertText', false, text)};
}

export function noteGiven(element, name) {
  const field = fieldIn(element);
  if (name) given.set(field, name);
  else given.delete(field);
  return {};
}

/** Where the keyboard is: an element, or the frame that has it. */
export function keyboard() {
  const active = deepActive();
  return {number: active ? numberOf(active) : 0, frame: Boolean(active && FRAMES.has(active.localName))};
}

export function origin() {
  return self.origin === 'null' && location.protocol === 'file:' ? 'file://' : self.origin;
}

const FOR_SECRETS = new Set(['current-password', 'new-password', 'one-time-code', 'cc-number', 'cc-csc']);
/** Fields that were for passwords once: a page may show what is in them for a while. */
const once = new WeakSet();

function isForSecrets(field) {
  if (field.type === 'password') once.add(field);
  return once.has(field) || (field.autocomplete ?? '').split(' ').some((word) => FOR_SECRETS.has(word));
}

/** What stands in the fields for passwords and codes of this document, wherever the keyboard is. */
export function typedSecrets() {
  const active = deepActive();
  const fields = [...document.querySelectorAll('input, textarea'), ...(active ? [active] : [])];
  const values = fields.filter((field) => typeof field.value === 'string' && isForSecrets(field));
  return {values: [...new Set(values.map((field) => field.value))].filter(Boolean)};
}
