// What a page says of itself for machines: JSON-LD, microdata, and the meta elements of its head.

import {cut, fold} from '../dom/dom.js';
import {numberOf} from '../dom/refs.js';

const MAX_VALUES = 3000;
const LONGEST_VALUE = 30000;
const MAX_CHARS = 400000;
const DEEPEST = 12;
/** Items may refer to one another in a circle, and each of many to all others. */
const MAX_ITEMS = 1000;
/** Comments around a whole script; in the midst of it, "//" is that of an address. */
const COMMENTED_OUT =
  /^\s*(?:<!--|\/\*.*?\*\/|\/\/.*\n)|(?:-->|\/\*[^*]*\*\/|\/\/[\s<!-]*(?:\]\]>|-->)?)\s*$/g;
/** Properties whose value is a thing of its own, which the thing around it is only a frame of. */
const OWN_THINGS = new Set(['@graph', 'mainEntity', 'mainEntityOfPage', 'hasVariant', 'itemReviewed']);

/** Rows of what it is written in, number of the thing, kind of it, name of the property, value, number of the element. */
class Rows {
  constructor() {
    this.rows = [];
    this.things = 0;
    this.items = 0;
    this.chars = 0;
  }

  add(syntax, thing, kind, name, value, element) {
    const text = cut(fold(String(value)), LONGEST_VALUE);
    if (!text || this.rows.length >= MAX_VALUES || this.chars + text.length > MAX_CHARS) return;
    this.chars += text.length;
    this.rows.push([syntax, thing, kind, name, text, element ? numberOf(element) : 0]);
  }
}

export function structuredData() {
  const rows = new Rows();
  for (const script of document.querySelectorAll('script[type="application/ld+json" i]'))
    for (const told of parsed(script.textContent)) addJson(rows, told, 0);
  for (const item of document.querySelectorAll('[itemscope]'))
    if (!item.hasAttribute('itemprop')) addItem(rows, item, ++rows.things, kindOfThing(item), '', 0);
  for (const loose of document.querySelectorAll('[itemprop]'))
    if (!loose.parentElement?.closest('[itemscope]') && !loose.hasAttribute('itemscope'))
      rows.add('microdata', 0, '', loose.getAttribute('itemprop'), statedBy(loose), loose);
  for (const meta of document.querySelectorAll('meta[content]')) {
    const name = meta.getAttribute('property') || meta.getAttribute('name');
    if (name) rows.add('meta', 0, '', name.toLowerCase(), meta.content);
  }
  const canonical = document.querySelector('link[rel="canonical" i]');
  if (canonical?.href) rows.add('meta', 0, '', 'canonical', canonical.href);
  return rows.rows;
}

/** What a script says; many pages break lines inside of strings, or comment their scripts out. */
function parsed(text) {
  const plain = text.replace(COMMENTED_OUT, '');
  for (const said of [text, plain.replace(/\p{Cc}+/gu, ' ').replace(/,\s*([}\]])/g, '$1')]) {
    try {
      const told = JSON.parse(said);
      return Array.isArray(told) ? told : [told];
    } catch {
      // The next spelling may be one that can be read.
    }
  }
  return [];
}

function addJson(rows, told, depth) {
  if (!told || typeof told !== 'object' || depth > DEEPEST) return;
  if (Array.isArray(told)) {
    for (const one of told) addJson(rows, one, depth + 1);
    return;
  }
  addProperties(rows, told, ++rows.things, kindIn(told), '', depth);
}

function addProperties(rows, told, thing, kind, prefix, depth) {
  if (depth > DEEPEST) return;
  for (const [name, value] of Object.entries(told)) {
    if (OWN_THINGS.has(name) && value && typeof value === 'object') addJson(rows, value, depth + 1);
    else if (!name.startsWith('@') || name === '@id')
      addValue(rows, value, thing, kind, prefix + name, depth + 1);
  }
}

function addValue(rows, value, thing, kind, name, depth) {
  if (Array.isArray(value)) {
    value.forEach((one, at) => {
      addValue(rows, one, thing, kind, one && typeof one === 'object' ? `${name}/${at}` : name, depth + 1);
    });
  } else if (value && typeof value === 'object') {
    const inner = kindIn(value);
    if (inner) rows.add('json-ld', thing, kind, `${name}/@type`, inner);
    if (value['@value'] !== undefined) rows.add('json-ld', thing, kind, name, value['@value']);
    else addProperties(rows, value, thing, kind, `${name}/`, depth);
  } else if (value !== null && value !== undefined) rows.add('json-ld', thing, kind, name, value);
}

function kindIn(told) {
  return lastWords([told['@type']].flat().filter((kind) => typeof kind === 'string'));
}

function kindOfThing(item) {
  return lastWords((item.getAttribute('itemtype') || '').split(/\s+/));
}

/** The kinds without where they are defined, in lower case: `product`, `newsarticle`. */
function lastWords(kinds) {
  return kinds
    .map((kind) => kind.replace(/^.*[/#:]/, '').toLowerCase())
    .filter(Boolean)
    .join(' ');
}

/** The properties of an item, those of the items in it under their path. */
function addItem(rows, item, thing, kind, prefix, depth) {
  if (depth > DEEPEST || ++rows.items > MAX_ITEMS) return;
  const counted = new Map();
  for (const element of propertiesOf(item)) {
    for (const name of element.getAttribute('itemprop').trim().split(/\s+/)) {
      if (!element.hasAttribute('itemscope')) {
        rows.add('microdata', thing, kind, prefix + name, statedBy(element), element);
        continue;
      }
      if (OWN_THINGS.has(name)) {
        addItem(rows, element, ++rows.things, kindOfThing(element), '', depth + 1);
        continue;
      }
      const at = counted.get(name) || 0;
      counted.set(name, at + 1);
      const path = `${prefix}${name}${at ? `/${at}` : ''}`;
      rows.add('microdata', thing, kind, `${path}/@type`, kindOfThing(element));
      if (element.hasAttribute('content'))
        rows.add('microdata', thing, kind, path, element.getAttribute('content'), element);
      addItem(rows, element, thing, kind, `${path}/`, depth + 1);
    }
  }
}

/** The elements that name a property of this item and of no item inside it, those it refers to by id too. */
function propertiesOf(item) {
  const roots = [item];
  for (const id of (item.getAttribute('itemref') || '').split(/\s+/)) {
    const other = id && document.getElementById(id);
    if (other) roots.push(other);
  }
  return roots.flatMap((root) => [
    ...(root !== item && root.hasAttribute('itemprop') ? [root] : []),
    ...[...root.querySelectorAll('[itemprop]')].filter(
      (one) =>
        one.parentElement.closest('[itemscope]') === (root === item ? item : root.closest('[itemscope]')),
    ),
  ]);
}

const ADDRESSED = {
  a: 'href',
  area: 'href',
  link: 'href',
  img: 'src',
  iframe: 'src',
  source: 'src',
  embed: 'src',
};

function statedBy(element) {
  if (element.hasAttribute('content')) return element.getAttribute('content');
  if (element.localName === 'time' && element.dateTime) return element.dateTime;
  if (element.localName === 'data' || element.localName === 'meter')
    return element.getAttribute('value') || '';
  const address = ADDRESSED[element.localName];
  return (
    (address === 'href' && element.localName === 'a' ? element.textContent.trim() : '') ||
    element[address] ||
    element.textContent
  );
}
