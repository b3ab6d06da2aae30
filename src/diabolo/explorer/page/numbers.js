/** A number as it is read: four figures, and no exponent where it can be done without. */
export function numberText(value) {
  if (Number.isNaN(value)) return "–"; // a gap
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** All figures that a number in single precision has. */
export function exactText(value) {
  return Number.isNaN(value) ? "" : String(Number(value.toPrecision(7)));
}

/** Round values within a range, about as many as asked for. */
export function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((each) => each * power >= rough);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
