// Accessible names: https://www.w3.org/TR/accname-1.2/ and https://www.w3.org/TR/html-aam-1.0/.

const NAMED_BY_CONTENT = new Set(['button', 'cell', 'checkbox', 'columnheader', 'gridcell', 'heading', 'link', 'menuitem',
  'menuitemcheckbox', 'menuitemradio', 'option', 'radio', 'row', 'rowheader', 'switch', 'tab', 'tooltip', 'treeitem',
  'term', 'graphics-symbol', 'listitem', 'caption']);

/** Control -> its labels, while a page is captured: asking each control by itself walks the whole page each time. */
let labelMap = null;

function noteLabels(root) {
  for (const label of root.querySelectorAll('label')) {
    const control = label.control;
    if (control) labelMap.set(control, [...(labelMap.get(control) || []), label]);
  }
}

function labelsOf(element) {
  if (labelMap) return labelMap.get(element) || [];
  return [...(element.labels || [])];
}

function labelTexts(element) {
  return labelsOf(element).map((label) => contentName(label, element)).filter(Boolean);
}

function labelledBy(element) {
  return referenced(element, 'aria-labelledby').map((other) => ownName(other, true) || hiddenText(other)).filter(Boolean);
}

function hiddenText(element) {
  return fold(element.textContent || '');
}

/** The name that text inside an element gives it, without what is hidden. */
function contentName(element, skip = null, depth = 0) {
  if (depth > 40) return '';
  let text = pseudoText(element, '::before');
  for (const child of renderedChildren(element)) {
    if (child === skip) continue;
    if (child.nodeType === Node.TEXT_NODE) text += child.data;
    else if (child.nodeType === Node.ELEMENT_NODE) text += partName(child, skip, depth);
    if (text.length > 2 * MAX_TEXT) break;
  }
  return fold(text + pseudoText(element, '::after'));
}

function partName(child, skip, depth) {
  if (child.localName === 'script' || child.localName === 'style' || child.localName === 'noscript') return '';
  if (child.getAttribute('aria-hidden') === 'true' || !child.checkVisibility({visibilityProperty: true})) return '';
  const given = fold(attribute(child, 'aria-label'));
  const inner = given || embeddedValue(child) || partAlt(child) || contentName(child, skip, depth + 1);
  const inline = getComputedStyle(child).display.startsWith('inline');
  return inline ? (child.localName === 'br' ? ' ' : inner && spaced(child, inner)) : ` ${inner} `;
}

/** Keeps the white space at the edges of inline text, which separates words. */
function spaced(child, inner) {
  const raw = child.textContent || '';
  return (/^\s/.test(raw) ? ' ' : '') + inner + (/\s$/.test(raw) ? ' ' : '');
}

function partAlt(child) {
  if (child.localName === 'img') return child.alt || child.title;
  if (child.localName === 'svg') return svgTitle(child);
  return '';
}

/** A field inside a label speaks its value. */
function embeddedValue(child) {
  const tag = child.localName;
  if (tag === 'select') return [...child.selectedOptions].map((option) => option.label).join(' ');
  if (tag === 'input' && !['checkbox', 'radio', 'hidden', 'button', 'submit', 'image', 'file'].includes(child.type)) return child.value;
  return tag === 'textarea' ? child.value : '';
}

function pseudoText(element, which) {
  const content = getComputedStyle(element, which).content;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(content);
  if (!quoted) return '';
  const text = quoted[1].replace(/\\(.)/g, '$1');
  return /^[\ue000-\uf8ff\s]*$/.test(text) ? '' : text;
}

function svgTitle(element) {
  for (const child of element.children) if (child.localName === 'title') return fold(child.textContent || '');
  return '';
}

/** The name an element has of its own. `asReference`: it is named in an aria-labelledby. */
function ownName(element, asReference = false, role = roleOf(element)) {
  const labelled = asReference ? [] : labelledBy(element);
  if (labelled.length) return labelled.join(' ');
  const given = fold(attribute(element, 'aria-label'));
  if (given) return given;
  return nativeName(element) || (NAMED_BY_CONTENT.has(role) || asReference ? contentName(element) : '') || fallbackName(element);
}

function nativeName(element) {
  switch (element.localName) {
    case 'input': return inputName(element);
    case 'select': case 'textarea': case 'meter': case 'progress': case 'output': case 'button': return labelTexts(element).join(' ');
    case 'img': case 'area': return fold(attribute(element, 'alt'));
    case 'svg': return svgTitle(element);
    case 'fieldset': return childName(element, 'legend');
    case 'table': return element.caption ? contentName(element.caption) : '';
    case 'figure': return childName(element, 'figcaption');
    case 'details': return '';
    case 'optgroup': return fold(element.label);
    case 'option': return fold(element.label);
    case 'iframe': case 'frame': return fold(element.title || attribute(element, 'name'));
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
  if (element.type === 'submit') return fold(element.value || element.title || 'Submit');
  if (element.type === 'reset') return fold(element.value || element.title || 'Reset');
  return element.type === 'button' ? fold(element.value) : '';
}

function fallbackName(element) {
  return fold(attribute(element, 'title')) || fold(attribute(element, 'placeholder') || attribute(element, 'aria-placeholder'));
}
