// ARIA roles: https://www.w3.org/TR/html-aria/ for HTML, the role attribute first.

import {internalsOf} from './internals.js';
import {listening} from './listeners.js';

const KNOWN_ROLES = new Set(
  (
    'alert alertdialog application article banner blockquote button caption cell checkbox code ' +
    'columnheader combobox complementary contentinfo definition deletion dialog directory document emphasis feed figure ' +
    'form graphics-document graphics-object graphics-symbol grid gridcell group heading img image insertion link list ' +
    'listbox listitem log main mark marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none ' +
    'note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search ' +
    'searchbox separator slider spinbutton status strong subscript suggestion superscript switch tab table tablist tabpanel ' +
    'term textbox time timer toolbar tooltip tree treegrid treeitem generic'
  ).split(' '),
);

const TAG_ROLES = {
  address: 'group',
  article: 'article',
  aside: 'complementary',
  blockquote: 'blockquote',
  button: 'button',
  caption: 'caption',
  code: 'code',
  datalist: 'listbox',
  dd: 'definition',
  del: 'deletion',
  details: 'group',
  dfn: 'term',
  dialog: 'dialog',
  dt: 'term',
  em: 'emphasis',
  fieldset: 'group',
  figure: 'figure',
  h1: 'heading',
  h2: 'heading',
  h3: 'heading',
  h4: 'heading',
  h5: 'heading',
  h6: 'heading',
  hgroup: 'group',
  hr: 'separator',
  html: 'document',
  s: 'deletion',
  ins: 'insertion',
  main: 'main',
  math: 'math',
  menu: 'list',
  meter: 'meter',
  nav: 'navigation',
  ol: 'list',
  optgroup: 'group',
  option: 'option',
  output: 'status',
  p: 'paragraph',
  progress: 'progressbar',
  search: 'search',
  strong: 'strong',
  sub: 'subscript',
  sup: 'superscript',
  svg: 'img',
  tbody: 'rowgroup',
  textarea: 'textbox',
  tfoot: 'rowgroup',
  thead: 'rowgroup',
  time: 'time',
  tr: 'row',
  ul: 'list',
  table: 'table',
  mark: 'mark',
};

const INPUT_ROLES = {
  button: 'button',
  checkbox: 'checkbox',
  color: 'textbox',
  date: 'textbox',
  'datetime-local': 'textbox',
  email: 'textbox',
  file: 'button',
  image: 'button',
  month: 'textbox',
  number: 'spinbutton',
  password: 'textbox',
  radio: 'radio',
  range: 'slider',
  reset: 'button',
  search: 'searchbox',
  submit: 'button',
  tel: 'textbox',
  text: 'textbox',
  time: 'textbox',
  url: 'textbox',
  week: 'textbox',
};

export const SHAPES = new Set([
  'circle',
  'ellipse',
  'line',
  'path',
  'polygon',
  'polyline',
  'rect',
  'text',
  'image',
  'use',
  'tspan',
]);
const LANDMARK_BREAKERS = 'article, aside, main, nav, section';

const SAME_ROLE = {image: 'img', directory: 'list'};
const SPEAKING = [
  'aria-label',
  'aria-labelledby',
  'aria-describedby',
  'aria-description',
  'aria-live',
  'aria-controls',
  'aria-owns',
];

/** The role its author gave it, as far as that holds: what can be used or is named is not only there for looks. */
function authorRole(element) {
  const given = element.getAttribute('role');
  if (!given) return '';
  const role =
    given
      .trim()
      .toLowerCase()
      .split(/\s+/)
      .find((word) => KNOWN_ROLES.has(word)) || '';
  if (isPresentational(role) && (isFocusable(element) || SPEAKING.some((name) => element.hasAttribute(name))))
    return '';
  if (role === 'region' && !isLabelled(element)) return '';
  return SAME_ROLE[role] || role;
}

function isPresentational(role) {
  return role === 'none' || role === 'presentation';
}

function isLabelled(element) {
  return (
    element.hasAttribute('aria-label') ||
    element.hasAttribute('aria-labelledby') ||
    element.hasAttribute('title')
  );
}

function isFocusable(element) {
  return element.tabIndex >= 0 && !element.disabled;
}

function inputRole(element) {
  const type = element.type;
  if (element.list && ['text', 'search', 'tel', 'url', 'email'].includes(type)) return 'combobox';
  return INPUT_ROLES[type] || 'textbox';
}

function tableRole(part) {
  const table = part.closest('table');
  return table ? authorRole(table) : '';
}

function cellRole(element, heading) {
  const table = tableRole(element);
  if (isPresentational(table)) return 'generic';
  if (!heading) return table === 'grid' || table === 'treegrid' ? 'gridcell' : 'cell';
  if (element.scope === 'row' || element.scope === 'rowgroup') return 'rowheader';
  if (element.scope) return 'columnheader';
  const row = element.parentElement;
  const alone = row && [...row.children].some((cell) => cell.localName === 'td');
  return alone && row.firstElementChild === element ? 'rowheader' : 'columnheader';
}

function itemRole(element) {
  const list = element.closest('ul, ol, menu');
  return list && !isPresentational(authorRole(list)) ? 'listitem' : 'generic';
}

function leadsOn(anchor) {
  return (
    anchor.hasAttribute('href') ||
    anchor.hasAttribute('xlink:href') ||
    anchor.hasAttribute('onclick') ||
    listening.has(anchor)
  );
}

function implicitRole(element) {
  const tag = element.localName;
  switch (tag) {
    case 'a':
    case 'area':
      return leadsOn(element) ? 'link' : 'generic';
    case 'input':
      return inputRole(element);
    case 'select':
      return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
    case 'img':
      return element.getAttribute('alt') === '' && !element.title && !element.getAttribute('aria-label')
        ? 'none'
        : 'img';
    case 'td':
      return cellRole(element, false);
    case 'th':
      return cellRole(element, true);
    case 'li':
      return itemRole(element);
    case 'tr':
    case 'tbody':
    case 'thead':
    case 'tfoot':
      return isPresentational(tableRole(element)) ? 'generic' : TAG_ROLES[tag];
    case 'summary':
      return element.parentElement && element.parentElement.localName === 'details' ? 'button' : 'generic';
    case 'section':
      return element.hasAttribute('aria-label') || element.hasAttribute('aria-labelledby')
        ? 'region'
        : 'generic';
    case 'form':
      return 'form';
    case 'header':
      return element.closest(LANDMARK_BREAKERS) ? 'generic' : 'banner';
    case 'footer':
      return element.closest(LANDMARK_BREAKERS) ? 'generic' : 'contentinfo';
    case 'canvas':
    case 'video':
    case 'audio':
    case 'embed':
    case 'object':
      return tag === 'canvas' ? 'img' : 'application';
    case 'iframe':
    case 'frame':
      return 'document';
  }
  if (element.namespaceURI === 'http://www.w3.org/2000/svg' && tag !== 'svg') {
    return SHAPES.has(tag) ? (tag === 'image' ? 'img' : 'graphics-symbol') : 'generic';
  }
  if (Object.hasOwn(TAG_ROLES, tag)) return TAG_ROLES[tag];
  const {role} = internalsOf(element);
  if (KNOWN_ROLES.has(role)) return role;
  return isEditingHost(element) ? 'textbox' : 'generic';
}

export function isEditingHost(element) {
  if (element.editContext) return true;
  if (element.localName === 'body' && document.designMode === 'on') return true;
  if (!element.hasAttribute('contenteditable') || !element.isContentEditable) return false;
  return !element.parentElement?.isContentEditable;
}

export function roleOf(element) {
  return authorRole(element) || implicitRole(element);
}
