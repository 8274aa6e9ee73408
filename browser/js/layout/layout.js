// Where elements lie: their boxes, what cuts them off, and what scrolls.

import {rounded} from './visible.js';

export function isBlock(display) {
  return (
    display !== 'inline' &&
    display !== 'contents' &&
    display !== 'table-cell' &&
    !display.startsWith('inline-')
  );
}

export function boxOf(rect) {
  return [rounded(rect.left), rounded(rect.top), rounded(rect.width), rounded(rect.height)];
}

export function clipOf(style, rect, clip) {
  if (style.overflowX === 'visible' && style.overflowY === 'visible') return clip;
  const own = {left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom};
  if (!clip) return own;
  return {
    left: Math.max(own.left, clip.left),
    top: Math.max(own.top, clip.top),
    right: Math.min(own.right, clip.right),
    bottom: Math.min(own.bottom, clip.bottom),
  };
}

export function isScroller(element, style) {
  const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll';
  if (element === document.body || element === document.documentElement) return false;
  return (
    (scrolls(style.overflowY) && element.scrollHeight > element.clientHeight + 1) ||
    (scrolls(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
  );
}

export function contentBox(element, rect, style) {
  const scale = element.offsetWidth ? rect.width / element.offsetWidth : 1;
  const left = element.clientLeft + parseFloat(style.paddingLeft || 0),
    top = element.clientTop + parseFloat(style.paddingTop || 0);
  return [rounded(rect.left + left * scale), rounded(rect.top + top * scale), rounded(scale)];
}

export function pageSize() {
  const root = document.scrollingElement || document.documentElement;
  return root ? [root.scrollWidth, root.scrollHeight] : [innerWidth, innerHeight];
}
