// What Python calls in a frame: the members of `globalThis.agentCore`.

import {watch} from './changing/quiet.js';

export {act, ask} from './acting/acts.js';
export {changes, lastChange, whenQuiet} from './changing/quiet.js';
export {elementOf} from './changing/redrawn.js';
export {noteInternals, speakers} from './dom/internals.js';
export {
  census,
  likelyHosts,
  noteClosed,
  noteListeners,
  noteListening,
  noteListeningToo,
  plainCount,
} from './dom/listeners.js';
export {numberOf} from './dom/refs.js';
export {capture} from './reading/capture.js';
export {seenSecrets, watchSecrets} from './secrets/places.js';

watch();
