// What Python calls in a frame: the members of `globalThis.agentCore`.

import {watch} from './quiet.js';

export {act, ask} from './acts.js';
export {capture} from './capture.js';
export {noteInternals, speakers} from './internals.js';
export {
  census,
  likelyHosts,
  noteClosed,
  noteListeners,
  noteListening,
  noteListeningToo,
  plainCount,
} from './listeners.js';
export {changes, lastChange, whenQuiet} from './quiet.js';
export {elementOf, numberOf} from './refs.js';
export {seenSecrets, watchSecrets} from './secret_places.js';

watch();
