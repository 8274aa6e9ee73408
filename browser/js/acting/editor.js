// Editors that keep their text for themselves: a hidden field takes the keys, and the text is drawn beside it.

import {deepActive, renderedParent} from '../dom/dom.js';
import {isField} from '../dom/states.js';
import {fieldIn} from './fields.js';

const LEAST_WIDTH_PX = 40;
const LEAST_HEIGHT_PX = 12;
const HIDDEN_PX = 8;
const LEVELS = 6;

/** Where the text is drawn that is typed into a hidden field; null for what shows its own text. */
export function surfaceOf(field) {
  if (!(field.localName === 'textarea' || field.editContext) || !isHiddenAway(field)) return null;
  for (
    let node = renderedParent(field), up = 0;
    node?.getBoundingClientRect && up < LEVELS;
    node = renderedParent(node), up++
  ) {
    const {width, height} = node.getBoundingClientRect();
    if (width >= LEAST_WIDTH_PX && height >= LEAST_HEIGHT_PX) return node;
  }
  return null;
}

/** Whether a field is drawn so that nobody sees it, while it still takes keys. */
function isHiddenAway(field) {
  if (field.editContext) return true;
  if (!field.checkVisibility({visibilityProperty: true})) return false; // it takes none
  const {width, height} = field.getBoundingClientRect();
  if (Math.min(width, height) < HIDDEN_PX || getComputedStyle(field).opacity === '0') return true;
  const around = renderedParent(field);
  if (!around?.getBoundingClientRect || getComputedStyle(around).overflow === 'visible') return false;
  const box = around.getBoundingClientRect();
  return Math.min(box.width, box.height) < HIDDEN_PX;
}

/** What an editor with everything selected gives to be copied; the clipboard is left as it is. */
export function copied(element) {
  const field = fieldIn(element);
  const clipboardData = new DataTransfer();
  (deepActive() || field).dispatchEvent(
    new ClipboardEvent('copy', {clipboardData, bubbles: true, cancelable: true, composed: true}),
  );
  const given = clipboardData.getData('text/plain') || (isField(field) ? field.value : '');
  return {text: given || (isField(field) ? '' : String(getSelection()))};
}
