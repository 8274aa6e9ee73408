// Fields: what kind they are, what they show, and putting the keyboard into them.

import {attribute, deepActive, elementAt, holds, renderedParent} from '../dom/dom.js';
import {internalsOf} from '../dom/internals.js';
import {listens} from '../dom/listeners.js';
import {numberOf} from '../dom/refs.js';
import {isEditingHost, roleOf} from '../dom/roles.js';
import {
  CHECKABLE,
  checkedState,
  descriptionOf,
  fieldValue,
  isDisabled,
  isField,
  isTrue,
  limitsOf,
} from '../dom/states.js';
import {FRAMES} from '../dom/tags.js';
import {spoken, textOf} from '../layout/aim.js';
import {contentBox} from '../layout/layout.js';
import {given} from '../secrets/fields.js';
import {surfaceOf} from './editor.js';
import {sectionsOf} from './sections.js';

/** The field itself, or the only one that its label or wrapper stands for. */
export function fieldIn(element) {
  if (isField(element) || element.isContentEditable || element.editContext) return element;
  if (element.localName === 'label' && element.control) return element.control;
  if (element.localName === 'label' && element.id) {
    const named = element.getRootNode().querySelector(`[aria-labelledby~="${CSS.escape(element.id)}"]`);
    if (named) return named;
  }
  if (
    ['slider', 'spinbutton', 'checkbox', 'radio', 'switch', 'menuitemcheckbox', 'menuitemradio'].includes(
      roleOf(element),
    )
  )
    return element;
  const inside = element.querySelectorAll(
    'input:not([type=hidden]), textarea, select, [contenteditable]:not([contenteditable=false])',
  );
  return inside.length === 1 ? inside[0] : element;
}

/** The types whose maxlength the browser minds; on a number it has no effect. */
const TAKES_MAXLENGTH = new Set(['text', 'search', 'url', 'tel', 'email', 'password', 'textarea']);

function kindOf(field) {
  const role = roleOf(field);
  if (field.localName === 'select') return 'select';
  if (field.localName === 'textarea') return surfaceOf(field) ? 'editor' : 'text';
  if (field.localName === 'input') {
    if (['checkbox', 'radio'].includes(field.type)) return 'check';
    if (['button', 'submit', 'reset', 'image'].includes(field.type)) return 'button';
    return ['date', 'time', 'month', 'week', 'datetime-local', 'color', 'range', 'file', 'number'].includes(
      field.type,
    )
      ? field.type
      : 'text';
  }
  if (field.isContentEditable || field.editContext) return 'editor';
  if (CHECKABLE.has(role)) return 'check';
  return role === 'slider' || role === 'spinbutton' ? 'slider' : '';
}

/** What a field shows, in full. */
function shownBy(field) {
  const surface = surfaceOf(field);
  if (surface) return textOf(surface).replace(/\n$/, '');
  if (isField(field)) return field.localName === 'select' ? fieldValue(field, 'combobox') : field.value;
  if (field.isContentEditable) return textOf(field).replace(/\n$/, '');
  return field.getAttribute('aria-valuenow') ?? internalsOf(field).value?.toString() ?? null;
}

export function fieldOf(element) {
  const field = fieldIn(element);
  const role = roleOf(field);
  const surface = surfaceOf(field);
  return {
    number: numberOf(field),
    what: spoken(field),
    kind: kindOf(field),
    role,
    secret: field.type === 'password' || given.has(field),
    shown: shownBy(field),
    readonly: field.readOnly === true || isTrue(field, 'aria-readonly'),
    disabled: isDisabled(field),
    checked: checkedState(field, role),
    single: field.localName === 'input',
    multiple: field.multiple === true,
    limits: limitsOf(field),
    most: TAKES_MAXLENGTH.has(field.type) ? field.maxLength : -1,
    pattern: attribute(field, 'placeholder'),
    sections: isField(field) ? [] : sectionsOf(field),
    surface: surface ? numberOf(surface) : 0,
    dayFirst: dayComesFirst(field),
    list: hasList(field, role),
    invalid: field.validity && !field.validity.valid ? field.validationMessage : '',
    upright: isUpright(field, role),
    focused: deepActive() === field || holds(field, deepActive()),
  };
}

/** Whether there is a list to choose from while text is typed into the field. */
function hasList(field, role) {
  return (
    Boolean(field.list) ||
    role === 'combobox' ||
    ['list', 'both'].includes(attribute(field, 'aria-autocomplete')) ||
    attribute(field, 'aria-haspopup') === 'listbox'
  );
}

const MONTH_FIRST = /\bm{1,2}\s?[-/.]\s?d{1,2}\b/i;
const DAY_FIRST = /\b(d{1,2}|t{1,2}|j{1,2}|g{1,2})\s?[-/.]\s?m{1,2}\b/i;

/** Whether the day stands before the month where a field's own words or the page's language say so; else null. */
function dayComesFirst(field) {
  const words = `${spoken(field)} ${descriptionOf(field, '')} ${attribute(field, 'placeholder')}`;
  if (MONTH_FIRST.test(words)) return false;
  if (DAY_FIRST.test(words)) return true;
  return customOf(attribute(field.closest('[lang]') || document.documentElement, 'lang').replace('_', '-'));
}

/** Whether people who write a language, as `en-GB`, put the day before the month; null: it cannot be told, since English
    is written in two ways, and who puts the year first may do either without it. */
function customOf(language) {
  try {
    if (language.toLowerCase() === 'en' || !Intl.DateTimeFormat.supportedLocalesOf(language).length)
      return null;
  } catch {
    return null; // no name of a language
  }
  const order = new Intl.DateTimeFormat(language).formatToParts().map((part) => part.type);
  const [year, month, day] = ['year', 'month', 'day'].map((part) => order.indexOf(part));
  return year < month && year < day ? null : day < month;
}

/** Whether the keys up and down change it, rather than those to the sides. */
function isUpright(field, role) {
  return role === 'spinbutton' || attribute(field, 'aria-orientation') === 'vertical';
}

/** Where a slider's handle is to be dragged for a value: from here to there, as far as its track can be told. */
export function handleFor(slider, value) {
  slider.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
  const limit = (name, other) => {
    const given = parseFloat(slider.getAttribute(name));
    return Number.isFinite(given) ? given : other;
  };
  const least = limit('aria-valuemin', 0),
    most = limit('aria-valuemax', 100);
  const upright = attribute(slider, 'aria-orientation') === 'vertical';
  const handle = slider.getBoundingClientRect();
  const long = (rect) => (upright ? rect.height : rect.width);
  let track = handle;
  for (
    let node = slider, up = 0;
    node && up < 4 && long(track) < 3 * Math.min(handle.width, handle.height);
    node = renderedParent(node), up++
  ) {
    if (node.getBoundingClientRect) track = node.getBoundingClientRect();
  }
  const share = most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 0;
  const from = {x: handle.left + handle.width / 2, y: handle.top + handle.height / 2};
  return {
    from,
    to: upright
      ? {x: from.x, y: track.bottom - share * track.height}
      : {x: track.left + share * track.width, y: from.y},
    step: long(track) / (most - least || 1),
    upright,
  };
}

const MEANT =
  'input, select, textarea, button, a, area, label, summary, [role], [tabindex], [draggable=true]';

/** What a person would say lies at a point of this frame: the control around the innermost thing there. */
export function under(_page, x, y) {
  const hit = elementAt(x, y);
  if (!hit) return {number: 0, frame: false};
  if (FRAMES.has(hit.localName)) {
    const [left, top, scale] = contentBox(hit, hit.getBoundingClientRect(), getComputedStyle(hit));
    return {number: numberOf(hit), frame: true, x: (x - left) / scale, y: (y - top) / scale};
  }
  let meant = hit;
  for (let node = hit, up = 0; node?.matches && up < 6; node = renderedParent(node), up++) {
    if (node.matches(MEANT) || isEditingHost(node) || listens(node)) {
      meant = node;
      break;
    }
  }
  return {number: numberOf(meant), frame: false};
}

/** Puts the keyboard into a field, everything selected or at its end. */
export function focusOn(element, all) {
  const field = fieldIn(element);
  if (deepActive() !== field) field.focus({preventScroll: true});
  if (field.editContext) return {focused: deepActive() === field};
  if (field.isContentEditable && !isField(field)) {
    const range = document.createRange();
    range.selectNodeContents(field);
    if (!all) range.collapse(false);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  } else if (all && typeof field.select === 'function') field.select();
  else if (!all && field.value && field.selectionEnd !== null && field.setSelectionRange)
    field.setSelectionRange(field.value.length, field.value.length);
  return {focused: deepActive() === field};
}

/** Sets a field that has a picker, as picking would: by value, with its events. */
export function setValue(element, value) {
  const field = fieldIn(element);
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  field.focus({preventScroll: true});
  setter.call(field, value);
  field.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
  field.dispatchEvent(new Event('change', {bubbles: true}));
  return {shown: field.value};
}

/** What a field that has a picker would hold once it is set to a value: the browser corrects what it cannot hold. */
export function wouldHold(element, value) {
  const field = fieldIn(element).cloneNode(false);
  field.value = value;
  return {value: field.value};
}

/** Any CSS colour as `#rrggbb`; "" where it is none. */
export function colorOf(_element, text) {
  if (!CSS.supports('color', text)) return {color: ''};
  const pen = document.createElement('canvas').getContext('2d');
  pen.fillStyle = text;
  return {color: pen.fillStyle};
}

/** What this document has done with what was dragged over it since that is watched. */
let drag = null;

/** From now on it is noted what the page does with something that is dragged over it and dropped. A drop that it
    does not handle is kept from the browser, which would open the file in the place of the page. */
export function watchDrop() {
  dropSeen();
  const noted = {over: null, dropped: false, unhandled: false};
  const over = (event) => {
    noted.over = event;
  };
  const drop = () => {
    noted.dropped = true;
  };
  const last = (event) => {
    noted.unhandled = !event.defaultPrevented;
    event.preventDefault();
  };
  addEventListener('dragover', over, {capture: true});
  addEventListener('drop', drop, {capture: true});
  addEventListener('drop', last);
  noted.end = () => {
    removeEventListener('dragover', over, {capture: true});
    removeEventListener('drop', drop, {capture: true});
    removeEventListener('drop', last);
  };
  drag = noted;
  return {};
}

/** Whether the page was dragged over by now, and whether it has said that it takes what is dropped there. */
export function dragSeen() {
  return {heard: Boolean(drag?.over), takes: Boolean(drag?.over?.defaultPrevented)};
}

/** Whether the page has handled a drop; it is not watched any more. */
export function dropSeen() {
  if (!drag) return {dropped: false};
  const {dropped, unhandled, end} = drag;
  end();
  drag = null;
  return {dropped: dropped && !unhandled};
}
