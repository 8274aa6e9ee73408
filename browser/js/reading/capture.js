// One pass over a frame: everything a person would tell apart, in reading order.

import {isLoading, veilOf} from '../changing/loading.js';
import {passed, watch} from '../changing/quiet.js';
import {carryOver} from '../changing/redrawn.js';
import {
  bodyOf,
  cut,
  deepActive,
  fold,
  isHijacked,
  MAX_TEXT,
  renderedChildren,
  shadowOf,
  titleOf,
  typeOf,
} from '../dom/dom.js';
import {Decorated, paintedText, useDecorated} from '../dom/generated.js';
import {speakers} from '../dom/internals.js';
import {everyRoot} from '../dom/listeners.js';
import {BRANCHES, contentName, noteLabels, ownName, useLabels} from '../dom/names.js';
import {forgetDead, numberOf, numberOfGenerated} from '../dom/refs.js';
import {roleOf} from '../dom/roles.js';
import {isField} from '../dom/states.js';
import {FRAMES, SKIPPED, UNREADABLE} from '../dom/tags.js';
import {isShown} from '../layout/aim.js';
import {appearanceOf, ground} from '../layout/appearance.js';
import {boxOf, clipOf, isBlock, pageSize} from '../layout/layout.js';
import {areaRect, areasOf, isPaintedOn, rectsOf} from '../layout/visible.js';
import {compact} from './compact.js';
import {inView, placeStates, recordOf} from './records.js';
import {nearby, skimmedLines, worded} from './skim.js';
import {structuredData} from './structured.js';

const MAX_PAGE_TEXT = 1000000;

const BULK_ROLES = new Set(['row', 'listitem']);
const MANY_ALIKE = 12;
/** What a page is about, and what stands beside that: of the latter only so much is read where the page is long. */
const MAIN = 'main, [role=main], article';
const ASIDE_ROLES = new Set(['navigation', 'complementary', 'banner', 'contentinfo']);
const SHARE_OF_ASIDE = 0.25;
const NOT_TEXT = new Set(['img', 'svg', 'input', 'select', 'textarea']);
const SPOKEN = ['aria-label', 'aria-labelledby', 'aria-hidden'];

const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;
const BEGINS_WITH_WORD = /^[\p{L}\p{N}]/u;

const DEEP = 150;
const MAX_DEPTH = 700;

export class Capture {
  constructor(options) {
    this.options = options;
    this.wanted = new Set(options.wanted);
    this.records = [];
    this.lines = [];
    this.line = '';
    this.ending = '';
    this.textLength = 0;
    this.depth = 0;
    this.range = document.createRange();
    this.active = deepActive();
    this.width = innerWidth;
    this.height = innerHeight;
    this.spent = {main: 0, aside: 0};
    this.hasMain = false;
    this.usable = 0;
    this.spoken = 0;
    this.decorated = new Decorated(this.roots());
    this.lastText = null;
    this.near = null;
    this.worded = null;
    this.skimmed = new Map();
    this.veil = '';
  }

  run() {
    carryOver();
    const root = bodyOf(document) || document.documentElement;
    useLabels(new Map());
    useDecorated(this.decorated);
    noteLabels(document);
    this.hasMain = document.querySelector(MAIN) !== null;
    this.veil = root ? veilOf(root) : '';
    if (root) this.visit(root, -1, {cursor: 'auto', hidden: false, inert: false, clip: null, aside: false});
    this.breakLine();
    return {
      url: location.href,
      title: titleOf(document),
      type: document.contentType,
      text: this.lines.join('\n'),
      records: compact(this.records),
      viewport: [innerWidth, innerHeight],
      scroll: [scrollX, scrollY],
      page: pageSize(),
      ground: ground(),
      loading: isLoading(),
    };
  }

  /** Records `element` and what is in it; gives its visible text. */
  visit(element, parent, above) {
    const tag = element.localName;
    if (SKIPPED.has(tag)) {
      if (tag !== 'br') return '';
      this.breakLine();
      return ' ';
    }
    const style = getComputedStyle(element);
    const display = style.display;
    if (display === 'none') return '';
    const rect = element.getBoundingClientRect();
    const decorated = this.decorated.has(element);
    if (decorated || isSpoken(element)) this.spoken++;
    const faint = above.hidden || (style.opacity === '0' && !(parent < 0 && this.veil === 'opacity'));
    const unseen = style.visibility !== 'visible' && this.veil !== 'visibility';
    const invisible = unseen || style.contentVisibility === 'hidden' || (faint && !isField(element));
    const root = shadowOf(element);
    if (root) {
      watch(root);
      noteLabels(root);
    }
    const block = isBlock(display);
    if (block) this.breakLine();
    else if (display !== 'inline') this.say(' ');
    const index = this.records.length;
    const record =
      invisible && display !== 'contents' ? null : recordOf(this, element, style, rect, parent, above);
    this.records.push(record);
    const inside = {
      cursor: style.cursor,
      hidden: faint,
      folded: style.contentVisibility === 'hidden',
      inert: above.inert || element.inert === true,
      clip: clipOf(style, rect, above.clip),
      aside: above.aside || Boolean(record && this.hasMain && ASIDE_ROLES.has(record.role)),
      grid:
        record && (record.role === 'grid' || record.role === 'treegrid') ? record.interactive : above.grid,
    };
    if (record && tag === 'label') this.visitHiddenControl(element, index, rect, above);
    const {usable, spoken} = this;
    const shows = decorated && !invisible && !faint;
    if (shows) this.visitGenerated(element, '::before', record ? index : parent, inside, rect);
    const text = this.visitChildren(element, record ? index : parent, inside, invisible);
    if (shows) this.visitGenerated(element, '::after', record ? index : parent, inside, rect);
    if (record) {
      if (this.wanted.has(record.number)) record.wanted = true;
      if (this.usable - usable >= record.yields) this.yieldToInner(record);
      record.spoken = decorated || this.spoken > spoken;
      record.text = cut(fold(text));
      if (record.name === undefined && record.byText) this.nameByText(record, element);
      if (tag === 'img' && element.useMap) this.visitAreas(element, index, rect, above);
      if (FRAMES.has(tag)) this.say(`\u0000${record.number}\u0000`);
    }
    if (block) this.breakLine();
    else if (display !== 'inline') this.say(' ');
    return display === 'inline' ? text : ` ${text} `;
  }

  /** The document, and its shadow roots where there are any. */
  roots() {
    return this.options.rooted ? everyRoot() : [document];
  }

  /** Whether a child is beyond what may be shown: what is not the main content sooner; one of a few alike later, so that
      no row or card is torn. */
  isBeyond(child, aside) {
    const {limit} = this.options;
    if (!limit) return false;
    const few = !child.parentElement || child.parentElement.children.length <= MANY_ALIKE;
    const spent = aside ? this.spent.aside / SHARE_OF_ASIDE : this.spent.main;
    if (spent < limit * (few ? 1.25 : 1)) return false;
    this.near = this.near || nearby(this);
    if (this.near.has(child)) return false;
    const rect = child.getBoundingClientRect();
    return !inView(this, rect) && (rect.width * rect.height > 0 || !child.firstElementChild);
  }

  /** Counts so many tokens for what is out of sight. */
  spend(tokens, aside) {
    this.spent[aside ? 'aside' : 'main'] += tokens;
  }

  /** Counts a child that is beyond what may be shown, with its siblings of the same tag, and reads its text. */
  skim(child, parent, inside, invisible) {
    if (SKIPPED.has(child.localName)) return;
    const style = getComputedStyle(child);
    if (style.display === 'none') return;
    if (!invisible && !inside.hidden) this.skimText(child, style);
    const key = `${parent} ${child.localName}`;
    const inner = 1 + child.getElementsByTagName('*').length;
    const known = this.skimmed.get(key);
    if (known) {
      known.unread++;
      known.unread_inside += inner;
      return;
    }
    const record = {
      number: numberOf(child),
      parent,
      role: roleOf(child),
      tag: child.localName,
      states: ['offscreen'],
      keep: true,
      unread: 1,
      unread_inside: inner,
    };
    record.box = boxOf(child.getBoundingClientRect());
    this.skimmed.set(key, record);
    this.records.push(record);
  }

  skimText(child, style) {
    const {display} = style;
    const lines = [];
    this.worded = this.worded || worded(this);
    skimmedLines(child, style, this.worded, lines);
    if (!lines.length) return;
    if (isBlock(display)) {
      this.breakLine();
      for (const line of lines) this.addLine(line);
      return;
    }
    if (display !== 'inline' || /^\s/.test(child.textContent)) this.say(' ');
    lines.forEach((line, at) => {
      if (at) this.breakLine();
      this.say(line);
    });
    if (display !== 'inline' || /\s$/.test(child.textContent)) this.say(' ');
  }

  visitChildren(element, parent, inside, invisible) {
    const tag = element.localName;
    if (tag === 'textarea' || tag === 'select' || UNREADABLE.has(tag) || inside.folded) return '';
    let text = '';
    const closed = tag === 'details' && !element.open;
    for (const child of renderedChildren(element)) {
      if (closed && child.localName !== 'summary') continue;
      const type = typeOf(child);
      if (type === Node.TEXT_NODE) {
        if (!invisible && !inside.hidden) text += this.visitText(child, parent, inside, element);
      } else if (type === Node.ELEMENT_NODE) {
        if (this.depth > MAX_DEPTH) continue;
        if (isHijacked(child)) {
          text += ` ${this.visitInside(child, parent, inside, invisible)} `;
          continue;
        }
        const one = this.depth >= DEEP ? pastWrappers(child) : child;
        if (this.isBeyond(one, inside.aside)) {
          this.skim(one, parent, inside, invisible);
          continue;
        }
        this.depth++;
        const part = this.visit(one, parent, inside);
        this.depth--;
        if (text.length < 4 * MAX_TEXT) text += part;
      }
    }
    return text;
  }

  /** What is in a form that cannot be asked about itself. */
  visitInside(form, parent, inside, invisible) {
    this.breakLine();
    this.depth++;
    const text = this.visitChildren(form, parent, inside, invisible);
    this.depth--;
    this.breakLine();
    return text;
  }

  /** A checkbox that is not drawn, with a label that is drawn in its place. */
  visitHiddenControl(label, parent, rect, above) {
    const control = label.control;
    if (!control || !['checkbox', 'radio'].includes(control.type)) return;
    if (isShown(control) && rectsOf(control).length) return;
    const record = recordOf(this, control, getComputedStyle(control), rect, parent, {
      ...above,
      hidden: false,
    });
    if (record) this.records.push(record);
  }

  /** What listens, or is a cell, is there for the things to use inside it, where there are some. */
  yieldToInner(record) {
    record.interactive = 0;
    this.usable--;
    if (record.role !== 'generic') return;
    record.keep = Boolean(record.name);
    record.byText = false;
  }

  visitAreas(image, parent, rect, above) {
    for (const area of areasOf(image)) {
      const record = recordOf(this, area, getComputedStyle(area), areaRect(area, rect), parent, above);
      if (record) this.records.push(record);
    }
  }

  /** The name that the text inside gives, unless pictures or hidden words have a say in it. */
  nameByText(record, element) {
    const plain = record.text && (BULK_ROLES.has(record.role) || !this.isComposed(record, element));
    const name = plain ? record.text : cut(nameWithin(element, record.role));
    if (name) record.name = name;
  }

  /** Whether its name is more, or less, than the text that shows in it. */
  isComposed(record, element) {
    if (record.spoken || (BRANCHES.has(record.role) && element.firstElementChild)) return true;
    return element.hasAttribute('aria-owns');
  }

  /** The words that a style sheet puts at a place of an element, as a text beside those that are in it. */
  visitGenerated(element, where, parent, inside, rect) {
    const words = paintedText(element, where);
    if (!words) return;
    this.say(` ${words} `);
    const record = {
      number: numberOfGenerated(element, where),
      parent,
      role: 'text',
      tag: where,
      name: cut(words, 2000),
      box: boxOf(rect),
    };
    const states = placeStates(this, rect, inside);
    if (states.length) record.states = states;
    if (this.options.appearance) record.appearance = appearanceOf(element, getComputedStyle(element, where));
    this.records.push(record);
  }

  visitText(node, parent, inside, element) {
    const data = node.data;
    if (!/\S/.test(data)) {
      if (this.line) this.say(' ');
      return ' ';
    }
    this.range.selectNodeContents(node);
    const rect = this.range.getBoundingClientRect();
    if (rect.width <= 0 || rect.height <= 0) return '';
    const words = fold(data);
    const shown = (/^\s/.test(data) ? ' ' : '') + words + (/\s$/.test(data) ? ' ' : '');
    const close = /\S$/.test(this.ending) && /^\S/.test(shown);
    const joined = close && isPaintedOn(this.lastText, node);
    const wordsMeet = close && ENDS_IN_WORD.test(this.ending) && BEGINS_WITH_WORD.test(shown.slice(0, 2));
    this.say(wordsMeet && !joined ? ` ${shown}` : shown);
    this.lastText = node;
    const record = {
      number: numberOf(node),
      parent,
      role: 'text',
      tag: '#text',
      name: cut(words, 2000),
      box: boxOf(rect),
    };
    const states = placeStates(this, rect, inside);
    if (states.length) record.states = states;
    if (states[0] === 'offscreen') this.spend(words.length / 3, inside.aside);
    if (this.options.appearance) record.appearance = appearanceOf(element, getComputedStyle(element));
    if (words.length > MAX_TEXT) record.text = cut(words);
    if (joined) record.joined = true;
    this.records.push(record);
    return shown;
  }

  /** Adds to the line. Its last two characters are kept apart, since to cut them from a line copies the whole line: a
      line of 200,000 texts took a minute. */
  say(words) {
    this.line += words;
    this.ending = (this.ending + words.slice(-2)).slice(-2);
  }

  breakLine() {
    this.addLine(fold(this.line));
    this.line = this.ending = '';
  }

  addLine(words) {
    if (!words || this.textLength > MAX_PAGE_TEXT) return;
    this.textLength += words.length + 1;
    this.lines.push(words);
  }
}

/** Whether it counts in the name of what it is in as something else than the text that shows. */
function isSpoken(element) {
  return (
    NOT_TEXT.has(element.localName) ||
    (element.hasAttributes() && SPOKEN.some((name) => element.hasAttribute(name)))
  );
}

/** The name that content gives; a label is named without the field inside it. */
function nameWithin(element, role) {
  const name = ownName(element, false, role);
  return name || role !== 'generic'
    ? name
    : contentName(element, element.localName === 'label' ? element.control : null);
}

/** Deep down, wrappers with one thing in them are passed over, so that no page is too deep to be read. */
function pastWrappers(element) {
  let inner = element;
  while (
    inner.childNodes.length === 1 &&
    inner.firstElementChild &&
    !shadowOf(inner) &&
    PLAIN_TAGS.has(inner.localName)
  )
    inner = inner.firstElementChild;
  return inner;
}
const PLAIN_TAGS = new Set(['div', 'span', 'section', 'b', 'i', 'font', 'center']);

/** The text that was last read, and how often it has been another one; the same is handed over once only. */
let lastText = '';
let edition = 0;

function withoutHeldText(answer, held) {
  if (!edition || answer.text !== lastText) edition++;
  lastText = answer.text;
  answer.edition = edition;
  if (edition === held) delete answer.text;
}

export function capture(options) {
  forgetDead();
  const work = new Capture(options);
  try {
    const answer = work.run();
    answer.focused = work.focused || 0;
    answer.structured = options.structured && window === top ? structuredData() : [];
    answer.speakers = speakers(0, options.rooted);
    answer.passed = passed();
    withoutHeldText(answer, options.held);
    return JSON.stringify(answer);
  } finally {
    useLabels(null);
    useDecorated(null);
  }
}
