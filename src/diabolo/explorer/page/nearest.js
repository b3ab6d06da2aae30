/** The point nearest to a pixel, within some pixels of it; null if there is none. */
export function nearestPoint({ xs, ys }, view, px, py, within) {
  const [x, y] = view.toPlane(px, py);
  let best = within * within;
  let found = null;
  for (let i = 0; i < xs.length; i++) {
    const [dx, dy] = [(xs[i] - x) * view.perX, (ys[i] - y) * view.perY];
    const squared = dx * dx + dy * dy;
    if (squared <= best) [best, found] = [squared, i];
  }
  return found;
}

/** The points within a closed line of pixels, as row numbers. */
export function enclosed({ xs, ys }, view, line) {
  const corners = line.map(([px, py]) => view.toPlane(px, py));
  const found = [];
  for (let i = 0; i < xs.length; i++) if (isInside(xs[i], ys[i], corners)) found.push(i);
  return Uint32Array.from(found);
}

/** Whether a ray from the point crosses the line an odd number of times. */
function isInside(x, y, corners) {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [corners[i], corners[j]];
    if (yi > y !== yj > y && x < xi + ((y - yi) / (yj - yi)) * (xj - xi)) inside = !inside;
  }
  return inside;
}
