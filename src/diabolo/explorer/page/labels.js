import { byClass, byValue } from "./colours.js";
import { numberText } from "./numbers.js";

/** Labels of rows: classes, or values. */
export class Labels {
  #values;
  #names;

  /** @param {Uint16Array|Float32Array} values - (n,) numbers of classes, or values */
  constructor({ name, names }, values) {
    this.name = name;
    this.#values = values;
    this.#names = names; // of classes; none where labels are values
  }

  /** The label of row i; empty where it has none. */
  text(i) {
    if (this.#names) return this.#names[this.#values[i]] ?? "";
    return Number.isNaN(this.#values[i]) ? "" : numberText(this.#values[i]);
  }

  colouring({ palette, ramp }) {
    return this.#names ? byClass(this.#values, this.#names, palette) : byValue(this.#values, ramp);
  }
}
