// Accessible names: https://www.w3.org/TR/accname-1.2/ and https://www.w3.org/TR/html-aam-1.0/.

import {toldOf} from '../secrets/fields.js';
import {attribute, fold, MAX_TEXT, referenced, renderedChildren} from './dom.js';
import {generatedText} from './generated.js';
import {internalsOf} from './internals.js';
import {roleOf} from './roles.js';

export const NAMED_BY_CONTENT = new Set([
  'button',
  'cell',
  'checkbox',
  'columnheader',
  'gridcell',
  'heading',
  'link',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'option',
  'radio',
  'row',
  'rowheader',
  'switch',
  'tab',
  'tooltip',
  'treeitem',
  'term',
  'graphics-symbol',
  'listitem',
  'caption',
]);

/** Control -> its labels, while a page is captured: asking each control by itself walks the whole page each time. */
let labelMap = null;

/** Sets the labels that this pass over the page has found; null between two passes. */
export function useLabels(map) {
  labelMap = map;
}

export function noteLabels(root) {
  for (const label of root.querySelectorAll('label')) {
    const control = label.control;
    if (control) labelMap.set(control, [...(labelMap.get(control) || []), label]);
  }
}

function labelsOf(element) {
  if (labelMap) return labelMap.get(element) || [];
  return [...(element.labels || [])];
}

export function labelTexts(element) {
  return labelsOf(element)
    .map((label) => contentName(label, element))
    .filter(Boolean);
}

export function labelledBy(element) {
  return referenced(element, 'aria-labelledby')
    .map((other) => referencedName(other, element))
    .filter(Boolean);
}

/** What an element says where another one is named after it; one that is hidden says all that it holds. */
function referencedName(other, element) {
  const style = getComputedStyle(other);
  const hidden = style.visibility !== 'visible' || (style.display !== 'contents' && !other.checkVisibility());
  if (hidden) return fold(attribute(other, 'aria-label')) || hiddenText(other);
  return (
    (other !== element && fold(embeddedValue(other, other.getAttribute('role')))) || ownName(other, element)
  );
}

export function hiddenText(element) {
  return fold(element.textContent || '');
}

export const BRANCHES = new Set(['treeitem', 'menuitem', 'menuitemcheckbox', 'menuitemradio']);
const NESTED = new Set(['group', 'menu', 'tree']);
const SILENT = new Set(['script', 'style', 'noscript', 'template']);
const MAX_DEPTH_OF_NAMES = 40;

/** The name that text inside an element gives it, without what is hidden. `skip`: left out; `referrer`: named after it. */
export function contentName(element, skip = null, referrer = null) {
  const branch = BRANCHES.has(element.getAttribute('role'));
  return fold(contentText(element, {skip, referrer, branch, said: new Set()}, 0));
}

function contentText(element, walk, depth) {
  if (depth > MAX_DEPTH_OF_NAMES) return '';
  let text = generatedText(element, '::before');
  for (const child of renderedChildren(element)) {
    if (child.nodeType === Node.TEXT_NODE) text += child.data;
    else if (child.nodeType === Node.ELEMENT_NODE) text += partText(child, walk, depth);
    if (text.length > 2 * MAX_TEXT) break;
  }
  for (const owned of referenced(element, 'aria-owns')) text += ` ${partText(owned, walk, depth)} `;
  return text + generatedText(element, '::after');
}

/** What one element adds to the name of another that it is in; what is not inline stands apart as a word. */
function partText(child, walk, depth) {
  if (child === walk.skip) return ' ';
  if (child === walk.referrer || walk.said.has(child) || SILENT.has(child.localName)) return '';
  if (child.getAttribute('aria-hidden') === 'true') return '';
  const style = getComputedStyle(child);
  const display = style.display;
  if (
    display === 'none' ||
    style.visibility !== 'visible' ||
    (display !== 'contents' && !child.checkVisibility())
  )
    return '';
  const role = child.getAttribute('role');
  if (role === 'menu' || (walk.branch && NESTED.has(role))) return ' ';
  if (child.localName === 'br') return ' ';
  const inner =
    labelledIn(child, walk) ||
    embeddedValue(child, role) ||
    (child.localName !== 'slot' && attribute(child, 'aria-label')) ||
    partAlt(child, role) ||
    contentText(child, walk, depth + 1);
  return display === 'inline' || display === 'contents' ? inner : ` ${inner} `;
}

/** What an element inside is named after, which is said in place of its text, and not again. */
function labelledIn(child, walk) {
  if (child.localName === 'slot' || walk.referrer) return '';
  for (const other of referenced(child, 'aria-labelledby')) walk.said.add(other);
  return labelledBy(child).join(' ');
}

const BUTTONS = new Set(['button', 'submit', 'reset', 'image']);

function partAlt(child, role) {
  if (child.localName === 'img')
    return role === 'presentation' || role === 'none' ? child.alt : child.alt || child.title;
  if (child.localName === 'svg') return svgTitle(child);
  return child.localName === 'input' && BUTTONS.has(child.type) ? inputName(child) : '';
}

const RANGES = new Set(['slider', 'spinbutton', 'scrollbar', 'progressbar', 'meter']);
const UNSPOKEN = new Set([
  'checkbox',
  'radio',
  'hidden',
  'button',
  'submit',
  'reset',
  'image',
  'file',
  'password',
]);

/** A field inside what names another speaks its value. */
function embeddedValue(child, role) {
  switch (child.localName) {
    case 'select':
      return [...child.selectedOptions].map((option) => option.label).join(' ');
    case 'input':
      return UNSPOKEN.has(child.type) ? '' : toldOf(child, child.value);
    case 'textarea':
      return toldOf(child, child.value);
  }
  if (role === 'combobox' || role === 'listbox') return chosenIn(child, role);
  return role && RANGES.has(role)
    ? attribute(child, 'aria-valuetext') || attribute(child, 'aria-valuenow')
    : '';
}

/** What is chosen in a list, or in the list of a combobox; else what the combobox itself shows. */
function chosenIn(element, role) {
  const lists = [element, ...referenced(element, 'aria-owns'), ...referenced(element, 'aria-controls')];
  const chosen = lists.flatMap((list) => [...list.querySelectorAll('[role=option][aria-selected=true]')]);
  const said = [...new Set(chosen)].map((option) => contentName(option)).join(' ');
  if (said || role === 'listbox') return said;
  return element.querySelector('[role=listbox]') ? '' : fold(element.innerText || '');
}

function svgTitle(element) {
  for (const child of element.children) if (child.localName === 'title') return fold(child.textContent || '');
  return '';
}

/** The name an element has of its own. `referrer`: what is named after it by aria-labelledby. */
export function ownName(element, referrer = null, role = roleOf(element)) {
  const labelled = referrer ? [] : labelledBy(element);
  if (labelled.length) return labelled.join(' ');
  const given = fold(attribute(element, 'aria-label'));
  if (given) return given;
  const byContent = NAMED_BY_CONTENT.has(role) || referrer;
  return (
    nativeName(element) ||
    internalsOf(element).name ||
    (byContent ? contentName(element, null, referrer) : '') ||
    fallbackName(element)
  );
}

export function nativeName(element) {
  switch (element.localName) {
    case 'input':
      return inputName(element);
    case 'select':
    case 'textarea':
    case 'meter':
    case 'progress':
    case 'output':
    case 'button':
      return labelTexts(element).join(' ');
    case 'img':
    case 'area':
      return fold(attribute(element, 'alt'));
    case 'svg':
      return svgTitle(element);
    case 'fieldset':
      return childName(element, 'legend');
    case 'table':
      return element.caption ? contentName(element.caption) : '';
    case 'details':
      return '';
    case 'optgroup':
      return fold(element.label);
    case 'option':
      return fold(element.label);
    case 'iframe':
    case 'frame':
      return fold(element.title || attribute(element, 'name'));
  }
  return element.namespaceURI === 'http://www.w3.org/2000/svg' ? svgTitle(element) : '';
}

function childName(element, tag) {
  for (const child of element.children) if (child.localName === tag) return contentName(child);
  return '';
}

function inputName(element) {
  const labels = labelTexts(element).join(' ');
  if (labels) return labels;
  if (element.type === 'image') return fold(element.alt || element.title || 'Submit');
  if (element.type === 'submit') return shownOn(element, 'Submit');
  if (element.type === 'reset') return shownOn(element, 'Reset');
  return element.type === 'button' ? fold(element.value) : '';
}

/** A button without a value shows a word of the browser; one with an empty value shows nothing. */
function shownOn(element, usual) {
  return fold(element.getAttribute('value') ?? usual) || fold(element.title) || usual;
}

function fallbackName(element) {
  return (
    fold(attribute(element, 'title')) ||
    fold(attribute(element, 'placeholder') || attribute(element, 'aria-placeholder'))
  );
}
