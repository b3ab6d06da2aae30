import { numberText } from "./numbers.js";
import { element, part } from "./parts.js";
import { describe, difference, draw, picture, shadesOf } from "./pictures.js";

/** How rows that are images are shown. */
export class ImageRows {
  #root;
  #model;
  #decoded;

  constructor(root, model) {
    [this.#root, this.#model] = [root, model];
    this.about = model.meta.rows;
    this.#decoded = picture(null, this.about.shape, "Nothing decoded yet");
    this.#decoded.dataset.part = "decoded-image";
    part(root, "decoded").append(this.#decoded);
  }

  /** What stands at the chosen place. */
  showDecoded({ row }, words) {
    draw(this.#decoded, shadesOf(row, this.about), this.about.shape[2]);
    describe(this.#decoded, `Decoded image, ${words}`);
  }

  /** The pinned rows: original, reconstruction, and how they differ. `back` holds their decoded codes. */
  async showPins(pins, back) {
    const cards = await Promise.all(
      pins.map((i, slot) => i !== null && this.#card(i, "AB"[slot], back[slot])),
    );
    part(this.#root, "pinned").replaceChildren(...cards.filter(Boolean));
  }

  async #card(i, letter, back) {
    const original = await this.#model.source.row(i);
    const name = this.#model.nameOf(i);
    const figures = [this.#figure(original, "original", name)];
    if (back) {
      const shades = Uint8Array.from(shadesOf(back, this.about));
      figures.push(this.#figure(shades, "reconstruction", name));
      figures.push(this.#figure(difference(original, shades), "difference", name));
    }
    const unpin = element("button", { type: "button", textContent: "Unpin", title: `Unpin ${name}` });
    unpin.addEventListener("click", () => this.#model.unpin("AB".indexOf(letter)));
    return element(
      "section",
      { className: "pin" },
      element("h3", {}, element("span", { className: "letter", textContent: letter }), ` ${name} `, unpin),
      element("p", { className: "small", textContent: `error ${numberText(this.#model.errors[i])}` }),
      element("div", { className: "figures" }, ...figures),
    );
  }

  #figure(shades, caption, name) {
    const image = picture(shades, this.about.shape, `${caption} of ${name}`);
    return element("figure", {}, image, element("figcaption", { textContent: caption }));
  }

  /** Decoded rows from A to B; `steps` holds where each stands and whether no data is near. */
  showStrip(rows, steps) {
    const figures = steps.map(({ part: share, empty }, i) => {
      const row = rows.subarray(i * this.about.size, (i + 1) * this.about.size);
      const words = `${Math.round(100 * share)} % of the way from A to B${empty ? ", no data near" : ""}`;
      const image = picture(shadesOf(row, this.about), this.about.shape, words);
      const caption = element("figcaption", { textContent: empty ? "no data" : stepName(share) });
      return element("figure", { className: empty ? "empty" : "" }, image, caption);
    });
    part(this.#root, "strip").replaceChildren(...figures);
  }

  /** What appears at the pointer: the row as it came. */
  async tip(i) {
    return [picture(await this.#model.source.row(i), this.about.shape, "original")];
  }
}

function stepName(share) {
  return share === 0 ? "A" : share === 1 ? "B" : `${Math.round(100 * share)} %`;
}
