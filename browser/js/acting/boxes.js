// Rows of fields that take a sign each, as pages have them for codes.

import {ownName} from '../dom/names.js';
import {numberOf} from '../dom/refs.js';
import {isEditable} from '../dom/states.js';
import {isShown} from '../layout/aim.js';
import {fieldIn} from './fields.js';

const FIELDS = 'input:not([type=hidden]), select, textarea, button';
const ROWS = 'tr, form, fieldset, [role=row]';
const ONE_DIGIT = /^(\[0-9\]|\\d)(\{1\})?[*+]?$/;

function takesOneSign(field) {
  if (field.localName !== 'input' || !isEditable(field) || !isShown(field)) return false;
  return field.maxLength === 1 || (field.maxLength < 0 && ONE_DIGIT.test(field.pattern));
}

/** The row of boxes that a code of this length goes into, a sign each; empty where the field is in no such row. */
export function boxesFor(element, length) {
  const field = [fieldIn(element), ...element.querySelectorAll('input')].find(takesOneSign);
  if (!field) return {boxes: []};
  const fields = [...field.getRootNode().querySelectorAll(FIELDS)].filter(isShown);
  let first = fields.indexOf(field),
    last = first;
  while (first > 0 && belong(fields[first - 1], fields[first])) first--;
  while (last < fields.length - 1 && belong(fields[last], fields[last + 1])) last++;
  const row = fields.slice(first, last + 1);
  return {boxes: row.length === length ? row.map(numberOf) : []};
}

/** Whether two fields, one behind the other, are boxes of one row: of one make and called alike, with no other words
    between them. */
function belong(one, next) {
  if (!takesOneSign(one) || !takesOneSign(next)) return false;
  if (one.type !== next.type || one.inputMode !== next.inputMode) return false;
  if (one.closest(ROWS) !== next.closest(ROWS)) return false;
  const names = [one, next].map((field) => namedWords(ownName(field)));
  if (names.every((words) => words.length) && !names[0].some((word) => names[1].includes(word))) return false;
  const between = document.createRange();
  between.setStartAfter(one);
  between.setEndBefore(next);
  return namedWords(between.toString()).every((word) => names.flat().includes(word));
}

function namedWords(text) {
  return text.toLowerCase().match(/\p{L}+/gu) || [];
}
