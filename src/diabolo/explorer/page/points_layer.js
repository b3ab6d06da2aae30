import { oncePerFrame } from "./parts.js";
import { Points } from "./points.js";
import { packed } from "./colours.js";

const MOST_WHILE_MOVING = 150_000; // points
const DIMMED = 0.82; // how far the colours of rows that are not selected go towards the paper

/** The lower canvas of the map: the background, and a point a row. */
export class PointsLayer {
  #canvas;
  #model;
  #background;
  #points;
  #context;

  constructor(canvas, model, background) {
    [this.#canvas, this.#model, this.#background] = [canvas, model, background];
    this.#context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    this.#points = new Points(model.n);
    const draw = oncePerFrame(() => this.#draw());
    const { state } = model;
    this.#place();
    state.on(["positions"], () => this.#place());
    state.on(["colouring", "selection"], () => this.#colour());
    state.on(["view", "moving", "positions", "colouring", "selection"], draw);
    background.onChange(draw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#colour();
      draw();
    });
  }

  #place() {
    const { xs, ys } = this.#model.state.get("positions");
    this.#points.place(xs, ys);
  }

  #colour() {
    const colouring = this.#model.state.get("colouring");
    const selection = this.#model.state.get("selection");
    if (!colouring) return;
    const colours = selection ? dimmed(colouring.colours, selection, this.#paper()) : colouring.colours;
    this.#points.colour(colours, colouring.rings);
  }

  #draw() {
    const { state } = this.#model;
    const view = state.get("view");
    if (!view || !state.get("colouring")) return;
    const { width, height } = this.#canvas;
    const ratio = width / view.width;
    this.#context.fillStyle = this.#paper();
    this.#context.fillRect(0, 0, width, height);
    this.#background.draw(this.#context, view, ratio);
    const image = this.#context.getImageData(0, 0, width, height);
    const limit = state.get("moving") ? MOST_WHILE_MOVING : Infinity;
    this.#points.draw(new Uint32Array(image.data.buffer), width, height, view, ratio, limit);
    this.#context.putImageData(image, 0, 0);
  }

  #paper() {
    return getComputedStyle(this.#canvas).getPropertyValue("--map-paper").trim();
  }
}

function dimmed(colours, selection, paper) {
  const to = packed(paper);
  const made = colours.map((colour) => mixed(colour, to));
  for (const i of selection) made[i] = colours[i];
  return made;
}

function mixed(colour, to) {
  const channel = (shift) => {
    const [from, end] = [(colour >>> shift) & 255, (to >>> shift) & 255];
    return Math.round(from + (end - from) * DIMMED) << shift;
  };
  return (0xff000000 | channel(16) | channel(8) | channel(0)) >>> 0;
}
