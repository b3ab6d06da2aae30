import { numberText } from "./numbers.js";
import { afterRest, part } from "./parts.js";

const MOST = 3; // components named one by one

/** What is decoded: the row, whose code it is, and how near the data is. */
export function showDecoded(root, model, rows) {
  const { state } = model;
  const say = afterRest(400, (words) => (part(root, "spoken").textContent = words)); // to screen readers
  state.on(["decoded"], () => {
    const decoded = state.get("decoded");
    const reading = model.density.at(decoded.code);
    const words = densityWords(reading, model.meta.density.neighbours);
    rows.showDecoded(decoded, reading.empty ? "no data near" : "near data");
    part(root, "what").textContent = whatIsDecoded(model, decoded.code);
    part(root, "what").title = `code: ${decoded.code.join(", ")}`; // with all figures
    part(root, "milliseconds").textContent = `${decoded.milliseconds.toFixed(1)} ms`;
    part(root, "density").value = reading.percent;
    part(root, "density-words").textContent = words;
    part(root, "warning").hidden = !reading.empty;
    part(root, "decoded").classList.toggle("empty", reading.empty);
    say(`${part(root, "what").textContent} ${reading.empty ? "Warning: no data near. " : ""}${words}`);
  });
}

function densityWords({ distance, percent }, neighbours) {
  const sparser = percent
    ? `denser here than at ${percent} % of the rows`
    : "no row stands at a sparser place";
  return `${ordinal(neighbours)} nearest row at a distance of ${numberText(distance)}: ${sparser}.`;
}

/** In words: a row's code, or a code and where the rest of it comes from. */
function whatIsDecoded({ state, k, numbers }, code) {
  const row = state.get("codeRow");
  if (row !== null) return `The code of row ${numbers[row]} itself.`;
  const place = [...code].slice(0, MOST).map(numberText).join(", ");
  if (k <= 2) return `The code (${place}).`;
  const from = state.get("baseRow");
  const rest = from === null ? "The mean of all codes" : `The code of row ${numbers[from]}`;
  const slid = state.get("slid").size;
  const sliders = slid ? `, ${slid} of ${k} components by slider` : "";
  return `${rest}, moved along ${state.get("plane").name}${sliders}.`;
}

function ordinal(n) {
  return `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}
