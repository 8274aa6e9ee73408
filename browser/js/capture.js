// One pass over a frame: everything a person would tell apart, in reading order.

import {isShown} from './aim.js';
import {appearanceOf, ground, isPainted} from './appearance.js';
import {
  attribute,
  bodyOf,
  cut,
  deepActive,
  describe,
  elementAt,
  fold,
  isHijacked,
  MAX_TEXT,
  renderedChildren,
  shadowOf,
  titleOf,
  typeOf,
} from './dom.js';
import {Decorated, paintedText, useDecorated} from './generated.js';
import {hintsOf, MAX_HINTS} from './hints.js';
import {speakers} from './internals.js';
import {boxOf, clipOf, contentBox, isBlock, isScroller, pageSize} from './layout.js';
import {everyRoot} from './listeners.js';
import {
  BRANCHES,
  contentName,
  labelledBy,
  labelTexts,
  NAMED_BY_CONTENT,
  nativeName,
  noteLabels,
  ownName,
  useLabels,
} from './names.js';
import {watch} from './quiet.js';
import {forgetDead, numberOf, numberOfGenerated} from './refs.js';
import {roleOf} from './roles.js';
import {nearby, skimmedLines, worded} from './skim.js';
import {
  descriptionOf,
  fieldValue,
  isField,
  LIMITED,
  levelOf,
  limitsOf,
  optionsOf,
  statesOf,
} from './states.js';
import {structuredData} from './structured.js';
import {FRAMES, SKIPPED, TRANSPARENT, UNREADABLE} from './tags.js';
import {usability} from './usable.js';
import {areaRect, areasOf, isPaintedOn, pointsOf, rectsOf, standsFor, visiblePoint} from './visible.js';
import {rowOf} from './wire.js';

const MAX_PAGE_TEXT = 1000000;

const BULK_ROLES = new Set(['row', 'listitem']);
const ITEM_TAGS = new Set(['tr', 'li', 'article']);
const ITEM_ROLES = new Set(['row', 'listitem', 'article', 'option', 'treeitem']);
const MANY_ALIKE = 12;
const UNSAID = new Set([
  'strong',
  'emphasis',
  'code',
  'mark',
  'subscript',
  'superscript',
  'deletion',
  'insertion',
  'time',
  'term',
  'generic',
  'none',
  'presentation',
  'rowgroup',
  'paragraph',
  'definition',
  'group',
  'caption',
  'cell',
]);
const NOT_TEXT = new Set(['img', 'svg', 'input', 'select', 'textarea']);
const SPOKEN = ['aria-label', 'aria-labelledby', 'aria-hidden'];

const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;
const BEGINS_WITH_WORD = /^[\p{L}\p{N}]/u;

const DEEP = 150;
const MAX_DEPTH = 700;

export class Capture {
  constructor(options) {
    this.options = options;
    this.records = [];
    this.lines = [];
    this.line = '';
    this.textLength = 0;
    this.depth = 0;
    this.range = document.createRange();
    this.active = deepActive();
    this.width = innerWidth;
    this.height = innerHeight;
    this.spent = 0;
    this.usable = 0;
    this.spoken = 0;
    this.decorated = new Decorated(this.roots());
    this.lastText = null;
    this.near = null;
    this.worded = null;
    this.skimmed = new Map();
  }

  run() {
    const root = bodyOf(document) || document.documentElement;
    useLabels(new Map());
    useDecorated(this.decorated);
    noteLabels(document);
    if (root) this.visit(root, -1, {cursor: 'auto', hidden: false, inert: false, clip: null});
    this.breakLine();
    return {
      url: location.href,
      title: titleOf(document),
      type: document.contentType,
      text: this.lines.join('\n'),
      records: this.compact(),
      viewport: [innerWidth, innerHeight],
      scroll: [scrollX, scrollY],
      page: pageSize(),
      ground: ground(),
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
    const faint = above.hidden || style.opacity === '0';
    const invisible =
      style.visibility !== 'visible' || style.contentVisibility === 'hidden' || (faint && !isField(element));
    const root = shadowOf(element);
    if (root) {
      watch(root);
      noteLabels(root);
    }
    const block = isBlock(display);
    if (block) this.breakLine();
    else if (display !== 'inline') this.line += ' ';
    const index = this.records.length;
    const record =
      invisible && display !== 'contents' ? null : this.recordOf(element, style, rect, parent, above);
    this.records.push(record);
    const inside = {
      cursor: style.cursor,
      hidden: faint,
      folded: style.contentVisibility === 'hidden',
      inert: above.inert || element.inert === true,
      clip: clipOf(style, rect, above.clip),
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
      if (this.usable - usable >= record.yields) this.yieldToInner(record);
      record.spoken = decorated || this.spoken > spoken;
      record.text = cut(fold(text));
      if (record.name === undefined && record.byText) this.nameByText(record, element);
      if (tag === 'img' && element.useMap) this.visitAreas(element, index, rect, above);
      if (FRAMES.has(tag)) this.line += `\u0000${record.number}\u0000`;
    }
    if (block) this.breakLine();
    else if (display !== 'inline') this.line += ' ';
    return display === 'inline' ? text : ` ${text} `;
  }

  /** The document, and its shadow roots where there are any. */
  roots() {
    return this.options.rooted ? everyRoot() : [document];
  }

  /** Whether a child is beyond what may be shown: of many alike that are folded anyway, sooner; one of a few, later, so that
      no row or card is torn. */
  isBeyond(child, alike) {
    const {limit} = this.options;
    if (!limit) return false;
    const few = !child.parentElement || child.parentElement.children.length <= MANY_ALIKE;
    if (this.spent < limit * (few ? 1.25 : alike > MANY_ALIKE ? 0.5 : 1)) return false;
    this.near = this.near || nearby(this);
    if (this.near.has(child)) return false;
    const rect = child.getBoundingClientRect();
    return !this.inView(rect) && (rect.width * rect.height > 0 || !child.firstElementChild);
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
    if (display !== 'inline' || /^\s/.test(child.textContent)) this.line += ' ';
    lines.forEach((line, at) => {
      if (at) this.breakLine();
      this.line += line;
    });
    if (display !== 'inline' || /\s$/.test(child.textContent)) this.line += ' ';
  }

  visitChildren(element, parent, inside, invisible) {
    const tag = element.localName;
    if (tag === 'textarea' || tag === 'select' || UNREADABLE.has(tag) || inside.folded) return '';
    let text = '';
    const closed = tag === 'details' && !element.open;
    let alike = 0;
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
        if (isItem(child)) alike++;
        if (this.isBeyond(child, alike)) {
          this.skim(child, parent, inside, invisible);
          continue;
        }
        this.depth++;
        const part = this.visit(this.depth > DEEP ? pastWrappers(child) : child, parent, inside);
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
    const record = this.recordOf(control, getComputedStyle(control), rect, parent, {...above, hidden: false});
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
      const record = this.recordOf(area, getComputedStyle(area), areaRect(area, rect), parent, above);
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
    this.line += ` ${words} `;
    const record = {
      number: numberOfGenerated(element, where),
      parent,
      role: 'text',
      tag: where,
      name: cut(words, 2000),
      box: boxOf(rect),
    };
    const states = this.placeStates(rect, inside);
    if (states.length) record.states = states;
    if (this.options.appearance) record.appearance = appearanceOf(element, getComputedStyle(element, where));
    this.records.push(record);
  }

  visitText(node, parent, inside, element) {
    const data = node.data;
    if (!/\S/.test(data)) {
      if (this.line) this.line += ' ';
      return ' ';
    }
    this.range.selectNodeContents(node);
    const rect = this.range.getBoundingClientRect();
    if (rect.width <= 0 || rect.height <= 0) return '';
    const words = fold(data);
    const shown = (/^\s/.test(data) ? ' ' : '') + words + (/\s$/.test(data) ? ' ' : '');
    const close = ENDS_IN_WORD.test(this.line.slice(-2)) && BEGINS_WITH_WORD.test(shown.slice(0, 2));
    const joined = close && isPaintedOn(this.lastText, node);
    this.line += close && !joined ? ` ${shown}` : shown;
    this.lastText = node;
    const record = {
      number: numberOf(node),
      parent,
      role: 'text',
      tag: '#text',
      name: cut(words, 2000),
      box: boxOf(rect),
    };
    const states = this.placeStates(rect, inside);
    if (states.length) record.states = states;
    if (states[0] === 'offscreen') this.spent += words.length / 3;
    if (this.options.appearance) record.appearance = appearanceOf(element, getComputedStyle(element));
    if (words.length > MAX_TEXT) record.text = cut(words);
    if (joined) record.joined = true;
    this.records.push(record);
    return shown;
  }

  recordOf(element, style, rect, parent, above) {
    const role = roleOf(element);
    const interactive = usability(element, role, style, above);
    let empty = rect.width <= 0 || rect.height <= 0;
    if (empty && interactive && element.firstChild && style.overflow === 'visible') {
      rect = rectsOf(element)[0] || rect;
      empty = rect.width <= 0 || rect.height <= 0;
    }
    const plain = TRANSPARENT.has(role);
    if (
      empty &&
      plain &&
      !interactive &&
      style.display !== 'contents' &&
      !element.firstElementChild &&
      !element.firstChild
    )
      return null;
    const record = {number: numberOf(element), parent, role, tag: element.localName, states: []};
    record.box = empty ? null : boxOf(rect);
    record.interactive = interactive ? 1 : 0;
    if (interactive) this.usable++;
    if (interactive > 1) record.yields = interactive - 1;
    record.keep = !plain || interactive;
    const name = this.nameBefore(record, element, role, plain && !interactive);
    if (name) record.name = name;
    if (plain && name) record.keep = true;
    if (!plain || interactive) {
      this.describeControl(record, element, role, interactive, name);
      record.states = statesOf(element, role, interactive);
    }
    if (!empty) record.states.push(...this.placeStates(rect, above));
    if (record.states.includes('offscreen')) this.spent += costOf(record);
    if (above.inert || element.inert) record.states.push('inert');
    if (element === this.active) {
      record.states.push('focused');
      this.focused = record.number;
    }
    if (UNREADABLE.has(element.localName)) record.states.push('unreadable');
    if (isScroller(element, style)) {
      record.states.push('scrollable');
      record.keep = true;
    }
    if ((interactive || FRAMES.has(element.localName)) && !empty) this.hitTest(record, element, rect);
    const hints = element.hasAttributes() ? hintsOf(element) : [];
    if (hints.length) record.hints = hints;
    if (FRAMES.has(element.localName)) {
      record.keep = true;
      record.content_box = contentBox(element, rect, style);
    }
    if (this.options.appearance) {
      record.appearance = appearanceOf(element, style);
      if (!empty && isPainted(element, rect, style)) record.keep = true;
    }
    if (empty && !record.interactive && !record.text) record.maybe = true;
    return record;
  }

  /** The name, as far as it does not come from the text inside, which is read later. */
  nameBefore(record, element, role, unnamed) {
    if (unnamed && !element.hasAttributes()) return '';
    if (unnamed)
      return (
        labelledBy(element).join(' ') || fold(attribute(element, 'aria-label') || attribute(element, 'title'))
      );
    if (NAMED_BY_CONTENT.has(role) || role === 'generic') {
      const given =
        labelledBy(element).join(' ') || fold(attribute(element, 'aria-label')) || nativeName(element);
      if (given) return cut(given);
      record.byText = true;
      return '';
    }
    return cut(ownName(element, false, role));
  }

  describeControl(record, element, role, interactive, name) {
    const value = fieldValue(element, role);
    if (value !== null) record.value = cut(value, 5000);
    const description = descriptionOf(element, name);
    if (description) record.description = description;
    const placeholder = attribute(element, 'placeholder') || attribute(element, 'aria-placeholder');
    if (placeholder) record.placeholder = fold(placeholder);
    if (interactive || isField(element)) {
      const label = labelTexts(element).join(' ') || labelledBy(element).join(' ');
      if (label) record.label = cut(label);
      const options = optionsOf(element, role);
      if (options.length) record.options = options;
    }
    if (LIMITED.has(element.localName) || interactive) {
      const limits = limitsOf(element);
      if (Object.keys(limits).length) record.limits = limits;
    }
    if (element.localName === 'input') record.input_type = element.type;
    const level = levelOf(element);
    if (level !== null) record.level = level;
    if (element.localName === 'a' || element.localName === 'area') {
      if (typeof element.href === 'string' && element.href) record.href = element.href;
    } else if (element.localName === 'img' && (element.currentSrc || element.src))
      record.href = cut(element.currentSrc || element.src, 2000);
    else if (element.localName === 'iframe' && element.src) record.href = cut(element.src, 2000);
  }

  placeStates(rect, above) {
    const states = [];
    if (!this.inView(rect)) states.push('offscreen');
    const clip = above.clip;
    if (
      clip &&
      (rect.right <= clip.left ||
        rect.left >= clip.right ||
        rect.bottom <= clip.top ||
        rect.top >= clip.bottom)
    )
      states.push('clipped');
    return states;
  }

  inView(rect) {
    return rect.bottom > 0 && rect.top < this.height && rect.right > 0 && rect.left < this.width;
  }

  hitTest(record, element, rect) {
    if (
      record.states.includes('offscreen') ||
      record.states.includes('clipped') ||
      record.states.includes('inert')
    )
      return;
    const [point] = pointsOf(rect, false);
    if (!point) return;
    const hit = elementAt(point[0], point[1]);
    if (!hit || standsFor(hit, element)) return;
    const found = visiblePoint(element);
    if (found.x !== undefined) return;
    record.states.push('covered');
    record.covered_by = found.by ? describe(found.by) : '';
  }

  breakLine() {
    this.addLine(fold(this.line));
    this.line = '';
  }

  addLine(words) {
    if (!words || this.textLength > MAX_PAGE_TEXT) return;
    this.textLength += words.length + 1;
    this.lines.push(words);
  }

  /** A container that is left out hands the names its author gave it to the one thing in it. */
  handDownHints(children) {
    for (const record of this.records) {
      if (!record || !record.stays) continue;
      const own = new Set(record.hints || []);
      for (
        let up = record.parent;
        up >= 0 && !this.records[up].stays && children[up] === 1;
        up = this.records[up].parent
      ) {
        for (const word of this.records[up].hints || []) own.add(word);
      }
      if (own.size) record.hints = [...own].slice(0, MAX_HINTS);
    }
  }

  /** Leaves out containers that hold fewer than two things, and hands their children up. */
  compact() {
    const records = this.records;
    const children = new Array(records.length).fill(0);
    for (let at = records.length - 1; at >= 0; at--) {
      const record = records[at];
      if (!record) continue;
      record.stays =
        (record.keep && !(record.maybe && !children[at] && !record.name)) ||
        record.role === 'text' ||
        children[at] >= 2;
      if (record.parent >= 0) children[record.parent] += record.stays ? 1 : children[at];
    }
    this.handDownHints(children);
    const places = new Map();
    const kept = [];
    for (let at = 0; at < records.length; at++) {
      const record = records[at];
      if (!record) continue;
      let up = record.parent;
      while (up >= 0 && !records[up].stays) up = records[up].parent;
      record.parent = up;
      if (!record.stays) continue;
      places.set(at, kept.length);
      record.above = up >= 0 ? places.get(up) : -1;
      kept.push(rowOf(record));
    }
    return kept;
  }
}

/** Whether it is one of those of which a page has many of the same make, one below the other. */
function isItem(element) {
  return (
    ITEM_TAGS.has(element.localName) ||
    (element.hasAttributes() && ITEM_ROLES.has(element.getAttribute('role')))
  );
}

/** About how many tokens it costs to list an element, without its text. */
function costOf(record) {
  if (UNSAID.has(record.role) && !record.interactive && !record.name) return 0;
  return (
    8 +
    (Math.min((record.href || '').length, 60) + (record.name || '').length + (record.value || '').length) / 3
  );
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
    withoutHeldText(answer, options.held);
    return JSON.stringify(answer);
  } finally {
    useLabels(null);
    useDecorated(null);
  }
}
