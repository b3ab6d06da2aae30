/**
 * Many points, drawn into the pixels of a canvas.
 *
 * Measured for 100,000 points without a graphics card: 45 frames a second, 9 by WebGL (docs/decisions.md).
 */
export class Points {
  #order;
  #xs;
  #ys;
  #colours;
  #rings;

  /** @param {number} n - of points; those drawn last are chosen by chance, so that no class hides another */
  constructor(n) {
    this.#order = shuffled(n);
  }

  /** Where they stand in the plane: (n,) each. */
  place(xs, ys) {
    this.#xs = Float32Array.from(this.#order, (i) => xs[i]);
    this.#ys = Float32Array.from(this.#order, (i) => ys[i]);
  }

  /** Their colours as numbers 0xaabbggrr, and which are rings. */
  colour(colours, rings) {
    this.#colours = Uint32Array.from(this.#order, (i) => colours[i]);
    this.#rings = Uint8Array.from(this.#order, (i) => rings[i]);
  }

  /**
   * Draw the first `limit` of them.
   * @param {Uint32Array} pixels - (height, width), of the canvas
   * @param {number} ratio - pixels of the canvas a pixel of the page
   */
  draw(pixels, width, height, view, ratio, limit) {
    const radius = pointRadius(this.#order.length) * ratio;
    const stamps = [stamp(radius, 0, width), stamp(radius + 0.4 * ratio, 1.4 * ratio, width)];
    const edge = Math.ceil(radius + ratio) + 1;
    const [perX, perY] = [view.perX * ratio, view.perY * ratio];
    const n = Math.min(limit, this.#order.length);
    for (let i = 0; i < n; i++) {
      const x = Math.round((this.#xs[i] - view.left) * perX);
      const y = Math.round((view.top - this.#ys[i]) * perY);
      if (x < edge || y < edge || x >= width - edge || y >= height - edge) continue;
      blend(pixels, y * width + x, stamps[this.#rings[i]], this.#colours[i]);
    }
  }
}

/** In pixels of the page: smaller, the more there are. */
export function pointRadius(n) {
  return Math.min(4, Math.max(1.2, 5 - 0.7 * Math.log10(n)));
}

/** Which pixels a disc covers, or a ring, and how much of each, of 256. */
function stamp(radius, line, width) {
  const [offsets, shares] = [[], []];
  const edge = Math.ceil(radius + 1);
  for (let dy = -edge; dy <= edge; dy++) {
    for (let dx = -edge; dx <= edge; dx++) {
      const distance = Math.hypot(dx, dy);
      const inside = clamp(radius + 0.5 - distance) - (line ? clamp(radius + 0.5 - line - distance) : 0);
      if (inside <= 0) continue;
      offsets.push(dy * width + dx);
      shares.push(Math.round(inside * 0.85 * 256));
    }
  }
  return { offsets: Int32Array.from(offsets), shares: Int32Array.from(shares) };
}

function blend(pixels, at, { offsets, shares }, colour) {
  const [redBlue, green] = [colour & 0xff00ff, colour & 0xff00];
  for (let j = 0; j < offsets.length; j++) {
    const place = at + offsets[j];
    const old = pixels[place];
    const [oldRedBlue, oldGreen] = [old & 0xff00ff, old & 0xff00];
    const newRedBlue = (oldRedBlue + (((redBlue - oldRedBlue) * shares[j]) >> 8)) & 0xff00ff;
    const newGreen = (oldGreen + (((green - oldGreen) * shares[j]) >> 8)) & 0xff00;
    pixels[place] = 0xff000000 | newRedBlue | newGreen;
  }
}

function clamp(value) {
  return Math.max(0, Math.min(1, value));
}

/** 0..n-1 in an order that looks like chance and is always the same. */
function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 1;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((seed / 4294967296) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
