// Whether a person could do something with an element.

import {listens} from '../dom/listeners.js';
import {isEditingHost} from '../dom/roles.js';

const CONTROL_ROLES = new Set([
  'button',
  'checkbox',
  'combobox',
  'link',
  'listbox',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'option',
  'radio',
  'scrollbar',
  'searchbox',
  'slider',
  'spinbutton',
  'switch',
  'tab',
  'textbox',
  'treeitem',
]);

const CONTROL_TAGS = new Set(['button', 'input', 'select', 'textarea']);

const ROVING = new Set(['row', 'gridcell', 'rowheader', 'columnheader']);

export const ON_HANDLERS = [
  'onclick',
  'onmousedown',
  'onmouseup',
  'onpointerdown',
  'onpointerup',
  'ontouchstart',
  'ondblclick',
];

/** 0: not interactive. 1: it is. More: it is, unless so many things inside it are, less one. */
export function usability(element, role, style, above) {
  const tag = element.localName;
  if (CONTROL_ROLES.has(role) && !(role === 'link' && tag === 'a' && !element.href && !element.onclick))
    return 1;
  if (element === document.body) return 0;
  if (CONTROL_TAGS.has(tag) || (tag === 'label' && element.control) || isEditingHost(element)) return 1;
  if (tag === 'canvas' && !element.hasAttribute('role')) return 1;
  if ((tag === 'video' || tag === 'audio') && element.controls) return 1;
  if (element.hasAttribute('tabindex') && (element.tabIndex >= 0 || ROVING.has(role))) return 1;
  if (style.cursor === 'pointer' && above.cursor !== 'pointer') return 1;
  if (element.draggable && tag !== 'a' && tag !== 'img') return 1;
  if (ON_HANDLERS.some((name) => element.hasAttribute(name)) || listens(element)) return 3;
  return role === 'gridcell' && (above.grid || element.hasAttribute('aria-selected')) ? 2 : 0;
}
