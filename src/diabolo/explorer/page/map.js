import { listenToKeys } from "./keyboard.js";
import { listenToPointers } from "./gestures.js";
import { MarksLayer } from "./marks_layer.js";
import { enclosed, nearestPoint } from "./nearest.js";
import { afterRest, part } from "./parts.js";
import { PointsLayer } from "./points_layer.js";
import { Viewport } from "./viewport.js";

const NEAR = 12; // pixels around the pointer in which a point is meant

/** The map of codes: two canvases, and what is done on them. */
export class CodeMap {
  #model;
  #box;
  #marks;
  #lasso = null;
  #settled;

  constructor(root, model, background) {
    this.#model = model;
    this.#box = part(root, "map");
    const [points, marks] = this.#box.querySelectorAll(":scope > canvas");
    new PointsLayer(points, model, background);
    this.#marks = new MarksLayer(marks, model);
    this.#settled = afterRest(150, () => model.state.set({ moving: false }));
    new ResizeObserver(() => this.#resize([points, marks])).observe(this.#box);
    listenToPointers(marks, this.#pointerActs());
    listenToKeys(marks, this, model);
    model.state.on(["positions"], () => this.fit());
    model.state.on(["mode"], () => (this.#box.dataset.mode = model.state.get("mode")));
  }

  /** Show all points. */
  fit() {
    const { xs, ys } = this.#model.state.get("positions");
    const { width, height } = this.#box.getBoundingClientRect();
    this.#model.state.set({ view: Viewport.around(xs, ys, width, height) });
  }

  zoom(factor, px, py) {
    const { view } = this;
    this.#move(view.zoomed(factor, px ?? view.width / 2, py ?? view.height / 2));
  }

  pan(dx, dy) {
    this.#move(this.view.panned(dx, dy));
  }

  /** Move a row to the middle. */
  centre(i) {
    const { xs, ys } = this.#model.state.get("positions");
    this.#move(this.view.centred(xs[i], ys[i]));
  }

  get view() {
    return this.#model.state.get("view");
  }

  /** The row nearest to the place that is decoded, however far. */
  nearestToCode() {
    const { state } = this.#model;
    const [x, y] = state.get("plane").position(state.get("code"));
    return nearestPoint(state.get("positions"), this.view, ...this.view.toPixel(x, y ?? 0.5), Infinity);
  }

  /** Select the rows within the part that is seen. */
  selectSeen() {
    const { width, height } = this.view;
    this.#select([
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ]);
  }

  #move(view) {
    this.#model.state.set({ view, moving: true });
    this.#settled();
  }

  #resize(canvases) {
    const { width, height } = this.#box.getBoundingClientRect();
    if (!width || !height) return;
    const ratio = Math.min(2, devicePixelRatio);
    for (const canvas of canvases) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    if (this.view) this.#model.state.set({ view: this.view.resized(width, height) });
    else this.fit();
  }

  #near(px, py) {
    return nearestPoint(this.#model.state.get("positions"), this.view, px, py, NEAR);
  }

  #select(line) {
    const selection = enclosed(this.#model.state.get("positions"), this.view, line);
    this.#model.state.set({ selection: selection.length ? selection : null });
  }

  /** What gestures do, by the mode that is chosen. */
  #pointerActs() {
    const { state } = this.#model;
    const decode = (px, py) => this.#model.moveTo(...this.view.toPlane(px, py));
    return {
      press: (px, py) => {
        if (state.get("mode") === "lasso") this.#lasso = [[px, py]];
      },
      drag: (from, to) => {
        state.set({ hover: null });
        if (state.get("mode") === "move") this.pan(to[0] - from[0], to[1] - from[1]);
        else if (this.#lasso) this.#marks.showLasso((this.#lasso = [...this.#lasso, to]));
        else decode(...to);
      },
      click: (px, py) => {
        const row = this.#near(px, py);
        if (row !== null) this.#model.pin(row);
        else if (state.get("mode") === "decode") decode(px, py);
      },
      release: () => {
        if (this.#lasso?.length > 2) this.#select(this.#lasso);
        this.#marks.showLasso((this.#lasso = null));
      },
      pan: (dx, dy) => this.pan(dx, dy),
      zoom: (factor, px, py) => this.zoom(factor, px, py),
      hover: (px, py) => state.set({ hover: this.#near(px, py) }),
      leave: () => state.set({ hover: null }),
    };
  }
}
