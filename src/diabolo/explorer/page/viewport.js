const MARGIN = 0.05; // of the extent of the points, on each side

/** Which part of a plane is seen, in pixels of the page. It stays as it is: moves and zooms give another. */
export class Viewport {
  constructor(left, top, perX, perY, width, height) {
    Object.assign(this, { left, top, perX, perY, width, height }); // perX, perY: pixels a unit
  }

  /** All of these points. */
  static around(xs, ys, width, height) {
    const [[x0, x1], [y0, y1]] = [range(xs), range(ys)];
    return new Viewport(x0, y1, width / (x1 - x0), height / (y1 - y0), width, height);
  }

  toPixel(x, y) {
    return [(x - this.left) * this.perX, (this.top - y) * this.perY];
  }

  toPlane(px, py) {
    return [this.left + px / this.perX, this.top - py / this.perY];
  }

  /** Moved by pixels, as a sheet of paper is. */
  panned(dx, dy) {
    const { left, top, perX, perY, width, height } = this;
    return new Viewport(left - dx / perX, top + dy / perY, perX, perY, width, height);
  }

  /** Larger by a factor, around a pixel. */
  zoomed(factor, px, py) {
    const [x, y] = this.toPlane(px, py);
    const [perX, perY] = [this.perX * factor, this.perY * factor];
    return new Viewport(x - px / perX, y + py / perY, perX, perY, this.width, this.height);
  }

  /** Of the same part of the plane, on a canvas of another size. */
  resized(width, height) {
    const [perX, perY] = [(this.perX * width) / this.width, (this.perY * height) / this.height];
    return new Viewport(this.left, this.top, perX, perY, width, height);
  }

  /** With (x, y) in the middle. */
  centred(x, y) {
    const [px, py] = this.toPixel(x, y);
    return this.panned(this.width / 2 - px, this.height / 2 - py);
  }
}

function range(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const margin = (high - low) * MARGIN || 1; // one place only: some room around it
  return [low - margin, high + margin];
}
