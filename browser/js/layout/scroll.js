// Scrolling: the page, or the container that holds an element.

import {nextFrame} from '../changing/quiet.js';
import {renderedParent} from '../dom/dom.js';
import {spoken} from './aim.js';
import {isScroller} from './layout.js';

export function scroll(element, dx, dy, to) {
  if (to === 'target' && element) {
    element.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
    return {moved: true, what: `to ${spoken(element)}`};
  }
  const scroller = scrollerOf(element, dx, dy, to);
  const left = scroller.scrollLeft,
    top = scroller.scrollTop;
  if (to === 'top') scroller.scrollTo({top: 0, behavior: 'instant'});
  else if (to === 'bottom') scroller.scrollTo({top: scroller.scrollHeight, behavior: 'instant'});
  else scroller.scrollBy({left: dx, top: dy, behavior: 'instant'});
  const page = scroller === pageScroller();
  return {
    moved: scroller.scrollLeft !== left || scroller.scrollTop !== top,
    what: page ? 'the page' : spoken(scroller),
    left: scroller.scrollLeft,
    top: scroller.scrollTop,
    end: scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1,
  };
}

export function pageScroller() {
  return document.scrollingElement || document.documentElement;
}

/** The nearest container that can move that way; the page where there is none. */
function scrollerOf(element, _dx, _dy, _to) {
  for (let node = element; node && node !== document.body; node = renderedParent(node)) {
    if (node.nodeType === Node.ELEMENT_NODE && scrolls(node)) return node;
  }
  const page = pageScroller();
  if (element || page.scrollHeight > innerHeight + 1 || page.scrollWidth > innerWidth + 1) return page;
  return largestScroller() || page;
}

export function scrolls(node) {
  return node.localName === 'textarea'
    ? node.scrollHeight > node.clientHeight + 1
    : isScroller(node, getComputedStyle(node));
}

/** Pages that scroll a part of themselves instead: the largest such part. */
function largestScroller() {
  let best = null,
    size = 0;
  for (const node of document.querySelectorAll(
    'div, main, section, ul, ol, article, textarea, table, tbody',
  )) {
    const area = node.clientWidth * node.clientHeight;
    if (area > size && scrolls(node)) {
      best = node;
      size = area;
    }
  }
  return best;
}

/** Where everything is scrolled to, so that it can be put back. */
export const places = [];
export function keepScroll() {
  places.length = 0;
  places.push([pageScroller(), pageScroller().scrollLeft, pageScroller().scrollTop]);
  return {x: scrollX, y: scrollY, height: pageScroller().scrollHeight, view: innerHeight};
}
export function restoreScroll() {
  for (const [node, left, top] of places) node.scrollTo({left, top, behavior: 'instant'});
  places.length = 0;
  return {y: scrollY};
}
export async function scrollToY(_element, y) {
  pageScroller().scrollTo({top: y, behavior: 'instant'});
  await nextFrame();
  return {y: scrollY};
}
