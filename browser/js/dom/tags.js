// Elements that are read in a way of their own, by their tags and roles.

export const SKIPPED = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'head',
  'meta',
  'link',
  'title',
  'base',
  'option',
  'optgroup',
  'datalist',
  'defs',
  'clippath',
  'lineargradient',
  'radialgradient',
  'symbol',
  'marker',
  'metadata',
  'desc',
  'br',
  'wbr',
  'source',
  'track',
  'param',
  'col',
  'colgroup',
  'mask',
  'pattern',
  'filter',
  'clipPath',
  'linearGradient',
  'radialGradient',
]);

export const FRAMES = new Set(['iframe', 'frame', 'object', 'embed']);

export const UNREADABLE = new Set(['canvas', 'video', 'audio', 'embed', 'object']);

export const TRANSPARENT = new Set(['generic', 'none', 'presentation']);
