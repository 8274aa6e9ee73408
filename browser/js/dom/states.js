// ARIA states and properties of an element, native ones and those its author wrote.

import {toldOf} from '../secrets/fields.js';
import {attribute, cut, fold, referenced, renderedParent} from './dom.js';
import {internalsOf} from './internals.js';
import {contentName, hiddenText} from './names.js';
import {isEditingHost} from './roles.js';

export const CHECKABLE = new Set(['checkbox', 'radio', 'switch', 'menuitemcheckbox', 'menuitemradio']);
const SELECTABLE = new Set([
  'option',
  'tab',
  'treeitem',
  'row',
  'gridcell',
  'columnheader',
  'rowheader',
  'cell',
]);
export const LIMITED = new Set([
  'td',
  'th',
  'time',
  'data',
  'input',
  'textarea',
  'select',
  'meter',
  'progress',
  'ol',
  'li',
]);
const LIMITS = [
  'datetime',
  'colspan',
  'rowspan',
  'scope',
  'min',
  'max',
  'step',
  'minlength',
  'maxlength',
  'pattern',
  'accept',
  'aria-valuemin',
  'aria-valuemax',
  'aria-valuenow',
  'aria-valuetext',
  'aria-rowcount',
  'aria-colcount',
  'aria-posinset',
  'aria-setsize',
];

export function isTrue(element, name) {
  return element.getAttribute(name) === 'true';
}

export function checkedState(element, role) {
  if (element.indeterminate) return 'mixed';
  const aria = element.getAttribute('aria-checked') ?? internalsOf(element).checked;
  const native = element.localName === 'input' && (element.type === 'checkbox' || element.type === 'radio');
  if (native) return element.checked ? 'checked' : 'unchecked';
  if (aria === 'mixed') return 'mixed';
  return aria === 'true' ? 'checked' : CHECKABLE.has(role) ? 'unchecked' : '';
}

function expandedState(element) {
  const aria = element.getAttribute('aria-expanded') ?? String(internalsOf(element).expanded);
  if (aria === 'true') return 'expanded';
  if (aria === 'false') return 'collapsed';
  if (
    element.localName === 'summary' &&
    element.parentElement &&
    element.parentElement.localName === 'details'
  ) {
    return element.parentElement.open ? 'expanded' : 'collapsed';
  }
  const popover = element.popoverTargetElement;
  if (popover) return popover.matches(':popover-open') ? 'expanded' : 'collapsed';
  return '';
}

export function isDisabled(element) {
  if (element.matches(':disabled') || internalsOf(element).disabled) return true;
  for (let node = element; node?.getAttribute; node = renderedParent(node)) {
    const aria = node.getAttribute('aria-disabled');
    if (aria === 'true') return true;
    if (aria === 'false' || node.localName === 'body') return false;
  }
  return false;
}

export function statesOf(element, role, interactive) {
  const states = [];
  const add = (state, when) => {
    if (when && state) states.push(state);
  }; // no default: SVG answers undefined
  const field = isField(element);
  add(checkedState(element, role), true);
  if (SELECTABLE.has(role))
    add('selected', element.localName === 'option' ? element.selected : isTrue(element, 'aria-selected'));
  add('pressed', isTrue(element, 'aria-pressed'));
  add(expandedState(element), true);
  add('readonly', (field && element.readOnly === true) || isTrue(element, 'aria-readonly'));
  add('required', element.required === true || isTrue(element, 'aria-required'));
  add('invalid', isTrue(element, 'aria-invalid') || (field && element.matches(':user-invalid')));
  add(
    'multiline',
    element.localName === 'textarea' || isTrue(element, 'aria-multiline') || isEditingHost(element),
  );
  add('multiselectable', element.multiple === true || isTrue(element, 'aria-multiselectable'));
  add('editable', isEditable(element));
  add(
    'modal',
    isTrue(element, 'aria-modal') || (element.localName === 'dialog' && element.matches(':modal')),
  );
  add('busy', isTrue(element, 'aria-busy'));
  add('draggable', element.draggable && !['a', 'img'].includes(element.localName));
  add('disabled', interactive || field ? isDisabled(element) : isTrue(element, 'aria-disabled'));
  const sort = element.getAttribute('aria-sort');
  if (sort === 'ascending' || sort === 'descending') add(`sorted-${sort}`, true);
  return states;
}

const UNTYPED = new Set([
  'button',
  'checkbox',
  'radio',
  'submit',
  'reset',
  'image',
  'file',
  'hidden',
  'range',
  'color',
]);

export function isField(element) {
  return ['input', 'textarea', 'select', 'output'].includes(element.localName);
}

/** Whether text can be typed into it. */
export function isEditable(element) {
  if (element.localName === 'input')
    return !UNTYPED.has(element.type) && !element.readOnly && !element.disabled;
  if (element.localName === 'textarea') return !element.readOnly && !element.disabled;
  return isEditingHost(element);
}

/** What a field holds or shows now; null where the element is none. */
export function fieldValue(element, role) {
  switch (element.localName) {
    case 'input':
      if (['checkbox', 'radio', 'button', 'submit', 'reset', 'image', 'hidden'].includes(element.type))
        return null;
      if (element.type === 'file') return [...element.files].map((file) => file.name).join(', ');
      if (element.type === 'password') return toldOf(element, element.value.replace(/[\s\S]/g, '\u2022'));
      return toldOf(element, element.value);
    case 'textarea':
      return toldOf(element, element.value);
    case 'select':
      return [...element.selectedOptions].map((option) => fold(option.label)).join(', ');
    case 'progress':
    case 'meter':
      return String(element.value);
    case 'output':
      return fold(element.value);
  }
  const {value, valuetext} = internalsOf(element);
  if (value !== undefined && value !== null) return String(valuetext || value);
  if (isEditingHost(element)) return toldOf(element, cut(element.innerText || '', 5000).trim());
  if (['slider', 'spinbutton', 'progressbar', 'meter', 'scrollbar', 'separator'].includes(role)) {
    const spoken = element.getAttribute('aria-valuetext') || element.getAttribute('aria-valuenow');
    return spoken === null ? null : spoken;
  }
  return role === 'combobox' || role === 'textbox' || role === 'searchbox'
    ? fold(element.innerText || '')
    : null;
}

export function limitsOf(element) {
  const limits = {};
  for (const name of LIMITS) if (element.hasAttribute(name)) limits[name] = element.getAttribute(name);
  return limits;
}

export function optionsOf(element, role) {
  if (element.localName === 'select')
    return [...element.options].slice(0, 200).map((option) => fold(option.label));
  if (element.list)
    return [...element.list.options].slice(0, 200).map((option) => fold(option.label || option.value));
  if (role === 'listbox')
    return [...element.querySelectorAll('[role=option]')].slice(0, 200).map((option) => contentName(option));
  return [];
}

export function descriptionOf(element, name) {
  const parts = referenced(element, 'aria-describedby').map(
    (other) => contentName(other) || hiddenText(other),
  );
  parts.push(
    attribute(element, 'aria-description'),
    attribute(element, 'title'),
    attribute(element, 'placeholder'),
  );
  if (element.validationMessage && element.matches(':user-invalid')) parts.push(element.validationMessage);
  parts.push(...referenced(element, 'aria-errormessage').map((other) => hiddenText(other)));
  const seen = new Set([name, '']);
  return cut(
    parts
      .map(fold)
      .filter((part) => !seen.has(part) && seen.add(part))
      .join('; '),
    300,
  );
}

export function levelOf(element) {
  const given = parseInt(element.getAttribute('aria-level'), 10);
  if (given > 0) return given;
  const heading = /^h([1-6])$/.exec(element.localName);
  return heading ? Number(heading[1]) : null;
}
