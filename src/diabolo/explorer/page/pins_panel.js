import { Newest } from "./decoder.js";
import { part } from "./parts.js";

const STEPS = 9; // from A to B, both among them

/** The pinned rows, and the straight line between their codes. */
export function showPins(root, model, rows) {
  const newest = new Newest(async () => {
    const pins = model.state.get("pins");
    const back = await Promise.all(pins.map((i) => i !== null && model.decoder?.decode(model.codeOf(i), 1)));
    await rows.showPins(pins, back);
    part(root, "no-pins").hidden = pins.some((i) => i !== null);
    part(root, "between").hidden = pins.includes(null);
    if (!pins.includes(null) && model.decoder) await showStrip(model, rows, pins);
  });
  model.state.on(["pins"], () => newest.ask());
  return () => newest.ask(); // once the decoder runs
}

async function showStrip(model, rows, pins) {
  const [a, b] = pins.map((i) => model.codeOf(i));
  const shares = Array.from({ length: STEPS }, (_, i) => i / (STEPS - 1));
  const codes = shares.map((t) => a.map((value, i) => (1 - t) * value + t * b[i]));
  const all = Float32Array.from(codes.flatMap((code) => [...code]));
  const decoded = await model.decoder.decode(all, STEPS);
  rows.showStrip(
    decoded,
    shares.map((t, i) => ({ part: t, empty: model.density.at(codes[i]).empty })),
  );
}
