import { numberText } from "./numbers.js";

const GREY = "#8a8f99"; // of rows without a class or value, and of the rarer classes
const LOW = 0.02; // the part of the values at each end that shares the outermost colour

/** A colour such as #1e39a3 as a number in the order of a canvas's bytes. */
export function packed(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/** All rows alike. */
export function plain(n, palette) {
  return { colours: new Uint32Array(n).fill(packed(palette[0])), rings: new Uint8Array(n), legend: [] };
}

/**
 * A colour a class: the ten of the palette as discs, then as rings; the others share a grey.
 * @param {Uint16Array} classes - (n,); one more than there are names where a row has none
 */
export function byClass(classes, names, palette) {
  const counts = new Uint32Array(names.length + 1);
  for (const each of classes) counts[each]++;
  const shown = commonest(counts.subarray(0, names.length), 2 * palette.length);
  const entries = shown.map((each, place) => ({
    name: names[each],
    colour: palette[place % palette.length],
    ring: place >= palette.length,
    count: counts[each],
    classes: [each],
  }));
  const rest = [...names.keys()].filter((each) => !shown.includes(each));
  if (rest.length) entries.push(greyEntry(`${rest.length} rarer classes`, rest, counts));
  if (counts[names.length]) entries.push(greyEntry("no label", [names.length], counts));
  return { ...painted(classes, entries, counts.length), legend: entries, classes };
}

/** A colour a value, from a ramp; grey where there is none. */
export function byValue(values, ramp) {
  const sorted = Float32Array.from(values)
    .filter((value) => Number.isFinite(value))
    .sort();
  const [low, high] = [LOW, 1 - LOW].map((part) => sorted[Math.round(part * (sorted.length - 1))]);
  const colours = ramp.map(packed);
  const none = packed(GREY);
  const scale = high > low ? (ramp.length - 1) / (high - low) : 0;
  const last = ramp.length - 1;
  return {
    colours: Uint32Array.from(values, (value) =>
      Number.isNaN(value) ? none : colours[Math.max(0, Math.min(last, Math.round((value - low) * scale)))],
    ),
    rings: new Uint8Array(values.length),
    legend: [],
    bar: { low: numberText(low ?? NaN), high: numberText(high ?? NaN) },
  };
}

/** The most frequent classes, in their own order. */
function commonest(counts, most) {
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  return order.slice(0, counts.length > most ? most - 1 : most).sort((a, b) => a - b);
}

function greyEntry(name, classes, counts) {
  const count = classes.reduce((sum, each) => sum + counts[each], 0);
  return { name, colour: GREY, ring: false, count, classes };
}

function painted(classes, entries, n) {
  const [colours, rings] = [new Uint32Array(n), new Uint8Array(n)];
  for (const { colour, ring, classes: some } of entries) {
    for (const each of some) [colours[each], rings[each]] = [packed(colour), Number(ring)];
  }
  return {
    colours: Uint32Array.from(classes, (each) => colours[each]),
    rings: Uint8Array.from(classes, (each) => rings[each]),
  };
}
