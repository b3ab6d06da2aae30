import { columnsOf } from "./columns.js";
import { Newest } from "./decoder.js";
import { key } from "./key.js";
import { afterRest, element, part } from "./parts.js";
import { imageOf, shadesOf } from "./pictures.js";

const IMAGE = 46; // pixels of the page that a decoded image takes
const CELL = 20; // and a decoded number
const VISIBLE = { images: 0.75, table: 0.5 };
const WITHOUT_DATA = 0.12; // where no data is near

/** What is decoded all over the map, behind its points: images, or one column of a table as shades. */
export class Background {
  #model;
  #menu;
  #key;
  #grid = null; // the canvas, and which part of the plane it covers
  #listeners = [];

  constructor(root, model) {
    [this.#model, this.#menu, this.#key] = [model, part(root, "background"), part(root, "background-key")];
    const columns = model.meta.rows.columns;
    const choices = columns ?? ["decoded images"];
    this.#menu.append(
      ...choices.map((name, j) =>
        element("option", { value: j, textContent: columns ? `decoded ${name}` : name }),
      ),
    );
    const newest = new Newest(() => this.#decode());
    const soon = afterRest(200, () => newest.ask());
    this.#menu.addEventListener("change", () => newest.ask());
    model.state.on(["plane"], () => this.#forget());
    model.state.on(["view", "plane", "base"], soon);
  }

  onChange(tell) {
    this.#listeners.push(tell);
  }

  /** Put it on the map's canvas. */
  draw(context, view, ratio) {
    if (!this.#grid) return;
    const { canvas, left, top, width, height } = this.#grid;
    const [x, y] = view.toPixel(left, top);
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas, x * ratio, y * ratio, width * view.perX * ratio, height * view.perY * ratio);
  }

  #forget() {
    this.#grid = null;
    this.#key.replaceChildren();
    for (const tell of this.#listeners) tell();
  }

  async #decode() {
    const { state, decoder } = this.#model;
    const view = state.get("view");
    if (this.#menu.value === "none") return this.#forget();
    if (!view || !decoder) return;
    const { kind } = this.#model.meta.rows;
    const grid = layOut(view, kind === "images" ? IMAGE : CELL);
    const codes = grid.places.map(([x, y]) => state.get("plane").moved(state.get("base"), x, y));
    const rows = await decoder.decode(Float32Array.from(codes.flatMap((code) => [...code])), codes.length);
    const alphas = codes.map((code) => (this.#model.density.at(code).empty ? WITHOUT_DATA : VISIBLE[kind]));
    const canvas = kind === "images" ? this.#images(grid, rows, alphas) : this.#shades(grid, rows, alphas);
    this.#grid = { ...grid, canvas };
    for (const tell of this.#listeners) tell();
  }

  #images({ columns, lines }, rows, alphas) {
    const { shape, size } = this.#model.meta.rows;
    const [height, width, channels] = shape;
    const canvas = element("canvas", { width: columns * width, height: lines * height });
    const context = canvas.getContext("2d");
    alphas.forEach((alpha, i) => {
      const shades = shadesOf(rows.subarray(i * size, (i + 1) * size), this.#model.meta.rows);
      const image = imageOf(shades, width, height, channels);
      for (let at = 3; at < image.data.length; at += 4) image.data[at] *= alpha;
      context.putImageData(image, (i % columns) * width, Math.floor(i / columns) * height);
    });
    return canvas;
  }

  #shades({ columns, lines }, rows, alphas) {
    const { size } = this.#model.meta.rows;
    const values = Float32Array.from(alphas, (_, i) => rows[i * size + Number(this.#menu.value)]);
    const column = columnsOf(this.#model.meta.rows)[this.#menu.value];
    const colouring = column.colouring(values, this.#model.meta);
    this.#key.replaceChildren(...key(`Background, decoded ${column.name}`, colouring, this.#model.meta.ramp));
    const canvas = element("canvas", { width: columns, height: lines });
    const image = new ImageData(columns, lines);
    new Uint32Array(image.data.buffer).set(colouring.colours);
    alphas.forEach((alpha, i) => (image.data[4 * i + 3] = 255 * alpha));
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }
}

/** Cells of about this many pixels over the part that is seen, and the places of their middles. */
function layOut(view, pixels) {
  const [columns, lines] = [view.width, view.height].map((side) => Math.max(1, Math.round(side / pixels)));
  const [width, height] = [view.width / view.perX, view.height / view.perY];
  const places = Array.from({ length: columns * lines }, (_, i) => [
    view.left + ((i % columns) + 0.5) * (width / columns),
    view.top - (Math.floor(i / columns) + 0.5) * (height / lines),
  ]);
  return { columns, lines, places, left: view.left, top: view.top, width, height };
}
