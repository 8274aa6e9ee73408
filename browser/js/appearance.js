// How an element looks, for those that see no pixels.

const paint = new Map();

/** `rgb(1, 2, 3)` as `#010203`; "" where it is transparent or no plain colour. */
function hex(color) {
  let known = paint.get(color);
  if (known === undefined) {
    const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(color);
    known = !parts || parts[4] === '0' ? '' :
      '#' + parts.slice(1, 4).map((part) => Math.round(Number(part)).toString(16).padStart(2, '0')).join('');
    paint.set(color, known);
  }
  return known;
}

function appearanceOf(element, style) {
  const shape = element.ownerSVGElement && SHAPES.has(element.localName) && element.localName !== 'text';
  return {
    c: hex(shape ? style.stroke : style.color),
    b: hex(shape || element.ownerSVGElement ? style.fill : style.backgroundColor),
    f: parseFloat(style.fontSize) || 0,
    w: Number(style.fontWeight) >= 600 ? 1 : 0,
    i: style.fontStyle === 'italic' || style.fontStyle.startsWith('oblique') ? 1 : 0,
    l: style.textDecorationLine.includes('underline') ? 1 : 0,
    u: style.cursor,
    p: shape ? cornersOf(element) : [],
  };
}

const WHOLE_PAGE = 0.8;

/** Whether an element shows something of its own: a background, a picture, a border; or is empty and named. */
function isPainted(element, rect, style) {
  if (rect.width < 3 || rect.height < 3 || element.ownerSVGElement) return false;
  if (rect.width * rect.height > WHOLE_PAGE * innerWidth * innerHeight) return false;
  if (hex(style.backgroundColor) || style.backgroundImage !== 'none') return true;
  if (style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0) return true;
  return !element.firstChild && element.hasAttribute('class');
}

/** Corners of a line, polyline, polygon or path, in CSS pixels of this frame's viewport. */
function cornersOf(shape) {
  const matrix = shape.getScreenCTM && shape.getScreenCTM();
  if (!matrix) return [];
  const place = (x, y) => [rounded(matrix.a * x + matrix.c * y + matrix.e), rounded(matrix.b * x + matrix.d * y + matrix.f)];
  switch (shape.localName) {
    case 'line': return [place(shape.x1.baseVal.value, shape.y1.baseVal.value), place(shape.x2.baseVal.value, shape.y2.baseVal.value)];
    case 'polyline': case 'polygon': return [...shape.points].slice(0, 64).map((point) => place(point.x, point.y));
    case 'path': return pathCorners(shape).map((point) => place(point.x, point.y));
  }
  return [];
}

function pathCorners(path) {
  const length = path.getTotalLength();
  if (!length) return [];
  const count = 16;
  return Array.from({length: count + 1}, (_, step) => path.getPointAtLength((length * step) / count));
}
