import { typed } from "./bytes.js";

/** Data that the page asks the server for that it came from. */
export class Served {
  #arrays = new Map();
  #type;

  constructor(meta) {
    this.meta = meta;
    this.#type = meta.rows.kind === "images" ? "uint8" : "float32";
  }

  /** A whole array, by name; asked for once. */
  array(name) {
    if (!this.#arrays.has(name)) this.#arrays.set(name, ask(`arrays/${name}`, this.meta.arrays[name]));
    return this.#arrays.get(name);
  }

  /** The numbers of row i, as they are shown. */
  row(i) {
    return ask(`rows/${i}`, this.#type);
  }

  /** Column j of a table. */
  column(j) {
    return ask(`columns/${j}`, this.#type);
  }
}

async function ask(path, type) {
  const response = await fetch(path);
  if (!response.ok)
    throw new Error(`the server answered ${response.status} for ${path}; is it still running?`);
  return typed(new Uint8Array(await response.arrayBuffer()), type);
}
