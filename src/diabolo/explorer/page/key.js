import { element } from "./parts.js";

const EVERY = 16; // of the ramp's 256 colours that make its picture

/** What colours mean, in words and colours: the ends of a ramp, or the classes. */
export function key(name, { bar, legend }, ramp) {
  if (!bar) return [`${name}: `, ...legend.flatMap((entry) => [swatch(entry), ` ${entry.name} `])];
  const strip = element("span", { className: "ramp" });
  strip.setAttribute("role", "img");
  strip.setAttribute("aria-label", `from ${bar.low} to ${bar.high}`);
  strip.style.background = `linear-gradient(to right, ${ramp.filter((_, i) => i % EVERY === 0).join()})`;
  const end = (className) => element("span", { className, textContent: bar[className] });
  return [`${name}: `, end("low"), " ", strip, " ", end("high")];
}

/** The mark of a class. */
export function swatch({ colour, ring }) {
  const mark = element("span", { className: ring ? "swatch ring" : "swatch" });
  mark.style.setProperty("--of", colour);
  return mark;
}
