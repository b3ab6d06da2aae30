import { byClass, byValue } from "./colours.js";
import { exactText, numberText } from "./numbers.js";

const A_DAY = 86_400_000; // milliseconds

/** A column of a table: its name, and what its numbers mean. */
export class Column {
  #levels; // of categories and truth values, in the order of their numbers
  #kind;

  constructor(name, kind) {
    this.name = name;
    this.#levels = kind?.levels ?? null;
    this.#kind = kind?.name;
  }

  /** A number as it is read. */
  text(value) {
    return this.#named(value) ?? numberText(this.#kind === "integer" ? Math.round(value) : value);
  }

  /** A number with all its figures, for a file. */
  exact(value) {
    return Number.isNaN(value) ? "" : (this.#named(value) ?? exactText(value));
  }

  colouring(values, { palette, ramp }) {
    if (!this.#levels) return byValue(values, ramp);
    return byClass(
      Uint16Array.from(values, (value) => this.#place(value)),
      this.#levels,
      palette,
    );
  }

  #named(value) {
    if (Number.isNaN(value)) return null;
    if (this.#levels) return this.#levels[this.#place(value)];
    return this.#kind === "date" ? new Date(value * A_DAY).toISOString().slice(0, 10) : null;
  }

  /** The nearest level, where one is not chosen exactly; one more than there are for a gap. */
  #place(value) {
    const last = this.#levels.length - 1;
    if (Number.isNaN(value)) return last + 1;
    return this.#kind === "boolean" ? Number(value > 0) : Math.max(0, Math.min(last, Math.round(value) - 1));
  }
}

/** The columns of the page's table; none where rows are images. */
export function columnsOf({ columns = [], kinds }) {
  return columns.map((name, j) => new Column(name, kinds?.[j]));
}
