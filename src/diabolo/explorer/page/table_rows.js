import { columnsOf } from "./columns.js";
import { numberText } from "./numbers.js";
import { element, part } from "./parts.js";

const TIP = 6; // columns shown at the pointer

/** How rows of a table are shown: named columns, in their units. */
export class TableRows {
  #root;
  #model;
  #columns;
  #cells;
  #body;
  #head;

  constructor(root, model) {
    [this.#root, this.#model] = [root, model];
    this.#columns = columnsOf(model.meta.rows);
    this.#head = element("tr");
    this.#body = element("tbody");
    const table = element("table", {}, element("thead", {}, this.#head), this.#body);
    table.dataset.part = "decoded-table";
    part(root, "decoded").append(element("div", { className: "scroll tall", tabIndex: 0 }, table));
    this.#layOut([]);
  }

  showDecoded({ row }) {
    this.#cells.forEach((cell, j) => (cell.textContent = this.#columns[j].text(row[j])));
  }

  /** The pinned rows as further columns: as they came, and as they come back. */
  async showPins(pins, back) {
    const columns = [];
    for (const [slot, i] of pins.entries()) {
      if (i === null) continue;
      columns.push([`${"AB"[slot]}`, await this.#model.source.row(i), this.#model.nameOf(i)]);
      if (back[slot]) columns.push([`${"AB"[slot]} back`, back[slot], "its reconstruction"]);
    }
    this.#layOut(columns);
    part(this.#root, "pinned").replaceChildren(...pins.map((i, slot) => this.#line(i, slot)).filter(Boolean));
    const decoded = this.#model.state.get("decoded");
    if (decoded) this.showDecoded(decoded);
  }

  showStrip(rows, steps) {
    const size = this.#columns.length;
    const head = steps.map(({ part: share, empty }) => {
      const name = share === 0 ? "A" : share === 1 ? "B" : `${Math.round(100 * share)} %`;
      return element("th", {
        scope: "col",
        className: empty ? "empty" : "",
        textContent: empty ? `${name} no data` : name,
      });
    });
    const lines = this.#columns.map((column, j) => {
      const cells = steps.map((_, i) => element("td", { textContent: column.text(rows[i * size + j]) }));
      return element("tr", {}, element("th", { scope: "row", textContent: column.name }), ...cells);
    });
    const first = element("tr", {}, element("th", { scope: "col", textContent: "column" }), ...head);
    const table = element("table", {}, element("thead", {}, first), element("tbody", {}, ...lines));
    part(this.#root, "strip").replaceChildren(
      element("div", { className: "scroll tall", tabIndex: 0 }, table),
    );
  }

  async tip(i) {
    const row = await this.#model.source.row(i);
    const lines = this.#columns.slice(0, TIP).map((column, j) => `${column.name}: ${column.text(row[j])}`);
    if (this.#columns.length > TIP) lines.push(`and ${this.#columns.length - TIP} more columns`);
    return lines.map((textContent) => element("div", { textContent }));
  }

  #layOut(columns) {
    const titles = [
      ["column", ""],
      ["here", "decoded at the chosen place"],
      ...columns.map(([name, , title]) => [name, title]),
    ];
    this.#head.replaceChildren(
      ...titles.map(([textContent, title]) => element("th", { scope: "col", textContent, title })),
    );
    this.#cells = [];
    const lines = this.#columns.map((column, j) => {
      const here = element("td", { className: "ours" });
      this.#cells.push(here);
      const cells = columns.map(([, row]) => element("td", { textContent: column.text(row[j]) }));
      return element("tr", {}, element("th", { scope: "row", textContent: column.name }), here, ...cells);
    });
    this.#body.replaceChildren(...lines);
  }

  #line(i, slot) {
    if (i === null) return null;
    const name = this.#model.nameOf(i);
    const unpin = element("button", { type: "button", textContent: "Unpin", title: `Unpin ${name}` });
    unpin.addEventListener("click", () => this.#model.unpin(slot));
    const letter = element("span", { className: "letter", textContent: "AB"[slot] });
    const error = ` ${name}, error ${numberText(this.#model.errors[i])} `;
    return element("p", { className: "pin" }, letter, error, unpin);
  }
}
