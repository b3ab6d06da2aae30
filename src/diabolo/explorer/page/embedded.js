import { fromBase64, gunzip, typed } from "./bytes.js";

/** Data that the page itself holds, in blocks that no browser runs. */
export class Embedded {
  #root;
  #arrays = new Map();

  constructor(root, meta) {
    this.#root = root;
    this.meta = meta;
  }

  /** A whole array, by name; unpacked once. */
  array(name) {
    if (!this.#arrays.has(name)) this.#arrays.set(name, this.#unpack(name));
    return this.#arrays.get(name);
  }

  /** The numbers of row i, as they are shown. */
  async row(i) {
    const rows = await this.array("rows");
    const { kind, size } = this.meta.rows;
    if (kind === "images") return rows.subarray(i * size, (i + 1) * size);
    // Of a table one column follows the other.
    return Float32Array.from({ length: size }, (_, j) => rows[j * this.meta.n + i]);
  }

  /** Column j of a table. */
  async column(j) {
    const rows = await this.array("rows");
    return rows.subarray(j * this.meta.n, (j + 1) * this.meta.n);
  }

  async #unpack(name) {
    const block = this.#root.querySelector(`script[data-array="${name}"]`);
    const bytes = await gunzip(fromBase64(block.textContent));
    block.remove(); // its text would stay in memory
    return typed(bytes, this.meta.arrays[name]);
  }
}
