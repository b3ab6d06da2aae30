/** A plane through the space of codes: what the map shows. */
export class Plane {
  /**
   * @param {string} name - in words
   * @param {string[]} axes - labels of x, and of y where there is one
   * @param {Float32Array[]} directions - of x, and of y; of length 1 and at right angles, (k,) each
   * @param {Float32Array} origin - the code at (0, 0)
   */
  constructor(name, axes, directions, origin) {
    Object.assign(this, { name, axes, directions, origin });
  }

  /** Two components, or one, as they are. */
  static ofComponents(components, names) {
    const directions = components.map((c) => Float32Array.from(names, (_, i) => (i === c ? 1 : 0)));
    const axes = components.map((c) => names[c]);
    return new Plane(axes.join(" and "), axes, directions, new Float32Array(names.length));
  }

  /** Where a code stands, seen along all other directions; of several, the one that begins at `start`. */
  position(codes, start = 0) {
    return this.directions.map((direction) => {
      let sum = 0;
      for (let i = 0; i < direction.length; i++) sum += direction[i] * (codes[start + i] - this.origin[i]);
      return sum;
    });
  }

  /** Where all codes stand; on a line they are spread out upwards, which means nothing. */
  positions(codes, n) {
    const k = this.origin.length;
    const [xs, ys] = [new Float32Array(n), new Float32Array(n)];
    for (let i = 0; i < n; i++) {
      const [x, y] = this.position(codes, i * k);
      xs[i] = x;
      ys[i] = y ?? spread(i);
    }
    return { xs, ys };
  }

  /** `base`, moved within the plane to stand at (x, y). */
  moved(base, x, y) {
    const steps = this.position(base).map((from, axis) => [x, y][axis] - from);
    return base.map((value, i) =>
      steps.reduce((sum, step, axis) => sum + step * this.directions[axis][i], value),
    );
  }
}

/** Evenly in 0..1, without a pattern that one would see. */
function spread(i) {
  return (0.5 + i * 0.6180339887498949) % 1;
}
