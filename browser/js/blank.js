// Whether a document shows nothing yet: an application that is still to be drawn.

import {bodyOf, shadowOf} from './dom.js';

/** What can be seen, or worked, without any text. */
const SHOWN = 'img,svg,canvas,video,audio,iframe,frame,object,embed,input,button,select,textarea';

/** Whether something may come yet: the document is loading, has scripts, or leads elsewhere. */
function mayChange() {
  return (
    document.readyState !== 'complete' ||
    document.scripts.length > 0 ||
    document.querySelector('meta[http-equiv=refresh i]') !== null
  );
}

function isSeen(element) {
  const {width, height} = element.getBoundingClientRect();
  return width > 1 && height > 1 && element.checkVisibility();
}

/** Whether the document shows nothing, and may still come to show something. */
export function isStillBlank() {
  if (location.href === 'about:blank' || document.contentType !== 'text/html' || !mayChange()) return false;
  const body = bodyOf(document);
  if (!body) return true;
  if (body.localName === 'frameset' || [...body.querySelectorAll(SHOWN)].some(isSeen)) return false;
  return !body.innerText.trim() && ![...body.querySelectorAll('*')].some(shadowOf);
}
