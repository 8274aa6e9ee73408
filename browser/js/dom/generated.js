// Text that style sheets put before and after what is in an element: which elements have some, and what it says.

import {fold} from './dom.js';

const PLACES = ['::before', '::after'];
const PSEUDO = /::?(?:before|after)/;
const STRINGS = /"((?:[^"\\]|\\.)*)"/g;
const HAS_WORDS = /[\p{L}\p{N}]/u;
const ELSEWHERE = /attr\(|var\(/;

/** Sheet -> the selectors in it of what has text added, with what tells whether the sheet has changed. */
const readSheets = new WeakMap();

/** Elements that style sheets add words to, while a page is captured; null between two passes. */
let decorated = null;

export function useDecorated(found) {
  decorated = found;
}

/** What may have text of a style sheet in some documents and shadow roots. */
export class Decorated {
  constructor(roots) {
    this.elements = new Set();
    this.unreadable = false;
    this.plain = new Set();
    for (const root of roots) {
      const selectors = [...root.styleSheets, ...root.adoptedStyleSheets].flatMap((sheet) =>
        this.selectorsOf(sheet),
      );
      for (const element of elementsMatching(root, selectors)) this.elements.add(element);
    }
  }

  selectorsOf(sheet) {
    let rules = null;
    try {
      rules = sheet.cssRules;
    } catch {
      this.unreadable = true; // it comes from another site
      return [];
    }
    const state = `${rules.length} ${rules.length ? rules[rules.length - 1].cssText : ''}`;
    const held = readSheets.get(sheet);
    if (held?.state === state && !held.imports) return held.selectors;
    const found = {state, selectors: [], imports: false};
    this.addRules(rules, '', found);
    readSheets.set(sheet, found);
    return found.selectors;
  }

  addRules(rules, above, found) {
    for (const rule of rules) {
      if (rule.styleSheet) {
        found.imports = true;
        found.selectors.push(...this.selectorsOf(rule.styleSheet));
      }
      const selector = rule.selectorText?.replaceAll('&', `:is(${above})`) || above;
      if (rule.selectorText && PSEUDO.test(selector) && saysWords(rule.style.content))
        found.selectors.push(withoutPseudo(selector));
      if (rule.cssRules?.length) this.addRules(rule.cssRules, selector, found);
    }
  }

  /** Whether style sheets may add words to an element; those alike in all that style sheets go by are asked once. */
  has(element) {
    if (this.elements.has(element)) return true;
    if (!this.unreadable) return false;
    const above = element.parentElement;
    const likeness = `${element.localName} ${element.className} ${above?.localName} ${above?.className}`;
    if (this.plain.has(likeness)) return false;
    if (PLACES.some((where) => textAt(element, where))) return true;
    this.plain.add(likeness);
    return false;
  }
}

function saysWords(content) {
  if (!content || content === 'none' || content === 'normal') return false;
  return ELSEWHERE.test(content) || [...content.matchAll(STRINGS)].some(([, said]) => HAS_WORDS.test(said));
}

function withoutPseudo(selector) {
  return selector
    .replace(/(^|[\s,>+~(])::?(?:before|after)/g, '$1*')
    .replace(/::?(?:before|after)/g, '')
    .trim();
}

function elementsMatching(root, selectors) {
  if (!selectors.length) return [];
  const hosts = root.host && selectors.some((selector) => selector.includes(':host')) ? [root.host] : [];
  try {
    return [...root.querySelectorAll(selectors.join(', ')), ...hosts];
  } catch {
    return [...selectors.flatMap((selector) => elementsOfOne(root, selector)), ...hosts];
  }
}

function elementsOfOne(root, selector) {
  try {
    return [...root.querySelectorAll(selector)];
  } catch {
    return []; // of a kind that only style sheets know
  }
}

/** Text that a style sheet puts before or after what is in an element: what it is to be read as, where that is said. */
export function generatedText(element, where) {
  return decorated && !decorated.has(element) ? '' : textAt(element, where);
}

function textAt(element, where) {
  const style = getComputedStyle(element, where);
  const {content} = style;
  if (content === 'none' || content === 'normal' || style.display === 'none') return '';
  const [shown, told] = content.split(/ \/ (?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const text = [...(told === undefined ? shown : told).matchAll(STRINGS)]
    .map(([, said]) => said.replace(/\\(.)/g, '$1'))
    .join('');
  if (/^[\ue000-\uf8ff\s]*$/.test(text)) return '';
  return style.display === 'inline' ? text : ` ${text} `;
}

/** The words of such a text as they are painted. */
export function paintedText(element, where) {
  const style = getComputedStyle(element, where);
  if (style.visibility !== 'visible' || style.opacity === '0') return '';
  const said = [...style.content.split(' / ')[0].matchAll(STRINGS)].map(([, part]) =>
    part.replace(/\\(.)/g, '$1'),
  );
  const words = fold(said.join(''));
  return style.display !== 'none' && HAS_WORDS.test(words) ? words : '';
}
