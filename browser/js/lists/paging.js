// The ways in which a list goes on: scrolling, further pages, more on demand.

import {SAYS_WAIT, WAITING_NAMES} from '../changing/loading.js';
import {nextFrame} from '../changing/quiet.js';
import {attribute, cut, fold, holds, renderedParent} from '../dom/dom.js';
import {wordsOf} from '../dom/hints.js';
import {listens} from '../dom/listeners.js';
import {numberOf} from '../dom/refs.js';
import {SKIPPED} from '../dom/tags.js';
import {pageScroller} from '../layout/scroll.js';
import {ON_HANDLERS} from '../layout/usable.js';
import {looksLikePager} from './finding.js';
import {lastScroller} from './reading.js';
import {commonRows, isDrawnNow, kidsOf, LONGEST_LABEL, partsOf} from './rows.js';

export function listScroller(holder, rows = []) {
  for (
    let node = rows.length ? renderedParent(rows[rows.length - 1]) : holder;
    node && node !== document.body && node.nodeType === Node.ELEMENT_NODE;
    node = renderedParent(node)
  ) {
    if (
      node.scrollHeight > node.clientHeight + 1 &&
      ['auto', 'scroll', 'overlay'].includes(getComputedStyle(node).overflowY)
    )
      return node;
  }
  return pageScroller();
}

export function waysOn(holder, spec, scroller, rows) {
  const controls = controlsFor(holder, spec, rows);
  const page = scroller === pageScroller();
  const view = page ? innerHeight : scroller.clientHeight;
  const boxes = partsOf(holder, spec).map((part) => part.getBoundingClientRect());
  const bottom =
    Math.max(...boxes.map((box) => box.bottom)) - (page ? 0 : scroller.getBoundingClientRect().top);
  return {
    top: Math.round(scroller.scrollTop),
    view,
    below: Math.round(Math.max(0, bottom - view)),
    left: Math.round(Math.max(0, scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop)),
    inner: !page,
    ...controls,
  };
}

/** Scrolls the list's own container, or the page: by so many pixels, or to its end; what that draws is there then. */
export async function scrollList(holder, by) {
  const scroller = lastScroller.get(holder) || listScroller(holder);
  const top = scroller.scrollTop;
  if (by === null) scroller.scrollTo({top: scroller.scrollHeight, behavior: 'instant'});
  else scroller.scrollBy({top: by, behavior: 'instant'});
  const moved = Math.round(scroller.scrollTop - top);
  await nextFrame();
  await nextFrame();
  return {moved};
}

const NEXT = new RegExp(
  '^((go )?to )?(the )?(next( page| results)?|older( posts| entries| results)?|nächste( seite)?|weiter|suivante?|page suivante|siguiente|' +
    'página siguiente|próxim[ao]( página)?|successiv[oa]|pagina successiva|avanti|volgende( pagina)?|następna( strona)?|dalej|nästa( sida)?|næste|neste|seuraava|další|sonraki|' +
    'следующая( страница)?|вперед|вперёд|下一页|下一頁|下页|次へ|次のページ|다음)\\s*[›»→>❯▶⟩]*$',
  'i',
);
const ARROW = /^[›→>❯▶⟩]$/;
const ARROWS = /^(»|>>)$/;
const MORE = new RegExp(
  '^[+▾▼↓]?\\s*(((load|show|view|see|get|display|fetch|list) )?((\\d+ )?more|the rest|(the )?next \\d+|older)( [a-z]+){0,2}|' +
    '(load|show) (all|next)( \\d+)?( [a-z]+)?|(weitere|mehr)( \\S+)?( anzeigen| laden)?|(voir|afficher|charger) plus.*|(ver|mostrar|cargar) más.*|(carregar|mostrar|ver) mais.*|' +
    '(carica|mostra) altr[oi].*|meer (laden|tonen|weergeven)|(загрузить|показать) (ещё|еще)|もっと(見る|読み込む)|さらに表示|加载更多|查看更多|載入更多|顯示更多|더 ?보기|visa fler|vis flere|pokaż więcej|daha fazla.*)' +
    '\\s*(\\(?[\\d.,]+( ?(of|/) ?[\\d.,]+)?( left| more| remaining)?\\)?)?\\s*[….▾▼↓+]*$',
  'i',
);
const NOT_MORE =
  /\b(less|fewer|info|information|about|option|options|filter|filters|detail|details|settings|tags|categories|like this|similar|related)\b/i;
const RETRY =
  /^(retry|try again|load again|erneut versuchen|nochmal versuchen|réessayer|reintentar|riprova|tentar novamente|повторить|重试|再試行)$/i;
const THE_END = new RegExp(
  "\\b(end of (the )?(list|results|feed|content|page|posts|items)|no more (\\w+ ){0,2}\\w+|nothing (more|else) to (show|load|see)|that['’]s (all|everything|it)\\b|" +
    "you['’](ve|re) (reached the end|seen (it all|everything|them all)|(all )?caught up|at the end)|all \\d+ \\w+ (are )?(shown|loaded)|no further \\w+|keine weiteren|ende der liste|plus (de|aucun) résultats?|no hay más)",
  'i',
);
const CURRENT_NAMES = new Set(['active', 'current', 'selected']);
const NUMBERED = /^(?:(?:go to )?page )?(\d{1,5})$/i;

/** The controls that take this list on, and what the page says of its end. */
function controlsFor(holder, _spec, rows) {
  const found = {more: null, next: null, retry: null, spent: '', end: '', waiting: isWaiting(holder)};
  const numbers = [];
  for (const element of aroundRows(rows)) {
    if (element.childElementCount > 3 || element === holder) continue;
    const label = labelOfControl(element);
    if (!label && !hasName(element, 'next')) continue;
    if (!element.firstElementChild || element.childElementCount < 3)
      noteSaying(found, element, label, holder, rows);
    if (
      label.length > LONGEST_LABEL ||
      !(isPressable(element) || isCurrentNumber(element, label)) ||
      !isDrawnNow(element)
    )
      continue;
    noteControl(found, numbers, element, label, holder, rows);
  }
  const current = numbers.find((one) => one.current);
  const following =
    current &&
    numbers.find((one) => one.number === current.number + 1 && !one.current && isUsable(one.element));
  if (following) better(found, 'next', {rank: 3, element: following.element, label: following.label});
  const marks = numbers
    .filter((one) => one.current)
    .map((one) => one.label)
    .join();
  return {
    ...found,
    mark: `${location.href} ${marks}`,
    more: controlSaid(found.more),
    next: controlSaid(found.next),
    retry: controlSaid(found.retry),
  };
}

/** Every element that is drawn outside of the rows. */
function* aroundRows(rows) {
  const stack = [document.body || document.documentElement];
  while (stack.length) {
    const element = stack.pop();
    if (!element || rows.has(element) || SKIPPED.has(element.localName)) continue;
    yield element;
    const kids = kidsOf(element);
    for (let at = kids.length - 1; at >= 0; at--) stack.push(kids[at]);
  }
}

function labelOfControl(element) {
  const given = attribute(element, 'aria-label') || (element.localName === 'input' ? element.value : '');
  if (given) return fold(given);
  const text = element.textContent;
  if (text.length > 4 * LONGEST_LABEL) return '';
  return (
    fold(text) ||
    fold(
      attribute(element, 'title') ||
        [...element.querySelectorAll('img[alt], [aria-label], title')]
          .map((one) => attribute(one, 'alt') || attribute(one, 'aria-label') || one.textContent)
          .join(' '),
    )
  );
}

function hasName(element, word) {
  return (
    element.hasAttributes() &&
    ['id', 'class', 'data-testid'].some((name) => wordsOf(attribute(element, name)).includes(word))
  );
}

function isPressable(element) {
  if (element.matches('a[href], button, [role=button], [role=link], input[type=button], input[type=submit]'))
    return true;
  if (element.closest('a[href], button, [role=button], [role=link]')) return false;
  return (
    listens(element) ||
    ON_HANDLERS.some((name) => element.hasAttribute(name)) ||
    getComputedStyle(element).cursor === 'pointer'
  );
}

function isUsable(element) {
  for (let node = element, up = 0; node && up < 2; node = node.parentElement, up++) {
    if (node.disabled || attribute(node, 'aria-disabled') === 'true' || node.classList.contains('disabled'))
      return false;
  }
  return (
    !element.closest('[inert], [aria-hidden=true]') && getComputedStyle(element).pointerEvents !== 'none'
  );
}

function noteSaying(found, element, label, holder, rows) {
  if (label.length > 120 || !label) return;
  const says = THE_END.test(label) && label.length <= 120;
  const waits =
    SAYS_WAIT.test(label) ||
    (element.hasAttributes() && [...WAITING_NAMES].some((name) => hasName(element, name)));
  if (!says && !waits) return;
  if (!isDrawnNow(element) || !isOfList(element, holder, rows) || !comesAfter(element, holder)) return;
  if (says && !isPressable(element)) found.end = found.end || cut(label, 100);
  else if (waits) found.waiting = true;
}

/** Below the list, or inside it behind the rows. */
function comesAfter(element, holder) {
  return (
    holds(holder, element) ||
    Boolean(holder.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)
  );
}

function isWaiting(holder) {
  if (holder.closest('[aria-busy=true]')) return true;
  return [...holder.querySelectorAll('[role=progressbar], [aria-busy=true]')].some(isDrawnNow);
}

function noteControl(found, numbers, element, label, holder, rows) {
  const number = NUMBERED.exec(label);
  const rank = number ? -1 : rankOfNext(element, label);
  const more = !NOT_MORE.test(label) && MORE.test(label) && !NEXT.test(label);
  const retry = RETRY.test(label);
  if (!number && rank < 0 && !more && !retry) return;
  if (!isOfList(element, holder, rows) || wouldSend(element)) return;
  if (number) numbers.push({number: Number(number[1]), label, element, current: isCurrent(element)});
  else if (!isUsable(element)) found.spent = found.spent || label || 'next';
  else if (retry && comesAfter(element, holder)) found.retry = found.retry || {element, label};
  else if (rank >= 0) better(found, 'next', {rank, element, label: label || 'next'});
  else if (more && comesAfter(element, holder)) better(found, 'more', {rank: 0, element, label});
}

/** The page that is shown is said, but leads nowhere. */
function isCurrentNumber(element, label) {
  return NUMBERED.test(label) && isCurrent(element) && !element.querySelector('a, button, [role=button]');
}

/** 0 is surest; -1: it does not lead to the next page. */
function rankOfNext(element, label) {
  if (element.relList?.contains('next')) return 0;
  if (NEXT.test(label)) return 1;
  if (ARROW.test(label)) return 4;
  if (ARROWS.test(label)) return 5;
  return !label && hasName(element, 'next') ? 6 : -1;
}

function better(found, kind, one) {
  if (!found[kind] || one.rank < found[kind].rank) found[kind] = one;
}

function isCurrent(element) {
  for (let node = element, up = 0; node && up < 2; node = node.parentElement, up++) {
    if (
      ['page', 'true', 'step'].includes(attribute(node, 'aria-current')) ||
      attribute(node, 'aria-selected') === 'true'
    )
      return true;
    if (
      node.childElementCount <= 1 &&
      [...node.classList].some((name) => wordsOf(name).some((word) => CURRENT_NAMES.has(word)))
    )
      return true;
  }
  return false;
}

/** A button that sends a form somebody fills in is no way through a list. */
function wouldSend(element) {
  const form = element.closest('form');
  if (!form || !element.matches('button, input')) return false;
  return [...form.elements].some(
    (field) =>
      field.matches('input:not([type=hidden], [type=button], [type=submit], [type=search]), textarea') &&
      isDrawnNow(field),
  );
}

/** Whether the first list that is met going outward from a control is this one. */
function isOfList(element, holder, rows) {
  for (let node = element; node; node = renderedParent(node)) {
    if (rows.has(node)) return false;
    if (node === holder || holds(node, holder)) return true;
    if (node !== element && node.nodeType === Node.ELEMENT_NODE && holdsList(node)) return false;
  }
  return false;
}

function holdsList(node) {
  const inner = [node, ...node.querySelectorAll('*')];
  return (
    inner.length < 2000 &&
    inner.some((one) => {
      if (one.childElementCount < 3 || one.matches('select, tr, [role=row]')) return false;
      const common = commonRows(kidsOf(one), 3);
      if (!common || looksLikePager(common.rows)) return false;
      return common.rows.filter((row) => fold(row.textContent).length > 12).length * 2 > common.rows.length;
    })
  );
}

function controlSaid(one) {
  return (
    one && {
      n: numberOf(one.element),
      label: cut(one.label, LONGEST_LABEL),
      leads: one.element.localName === 'a' && Boolean(one.element.getAttribute('href')),
    }
  );
}
