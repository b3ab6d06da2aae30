import { Background } from "./background.js";
import { chooseColours } from "./colour_menu.js";
import { showDecoded } from "./decoded_panel.js";
import { Decoder } from "./decoder.js";
import { Density } from "./density.js";
import { Embedded } from "./embedded.js";
import { showTip } from "./hover_tip.js";
import { ImageRows } from "./image_rows.js";
import { Labels } from "./labels.js";
import { CodeMap } from "./map.js";
import { Model } from "./model.js";
import { tellOutside } from "./outside.js";
import { part } from "./parts.js";
import { showPins } from "./pins_panel.js";
import { choosePlane } from "./plane_menu.js";
import { listenToSearch } from "./search.js";
import { Served } from "./served.js";
import { showSelection } from "./selection.js";
import { showSliders } from "./sliders.js";
import { TableRows } from "./table_rows.js";

/** Read the data, show the map, then get the decoder to run. */
async function start(root) {
  const meta = JSON.parse(root.querySelector("#meta").textContent);
  const source = meta.served ? new Served(meta) : new Embedded(root, meta);
  const model = await modelOf(source);
  const rows = meta.rows.kind === "images" ? new ImageRows(root, model) : new TableRows(root, model);
  const background = new Background(root, model);
  const map = new CodeMap(root, model, background);
  showDecoded(root, model, rows);
  const refreshPins = showPins(root, model, rows);
  showTip(root, model, rows);
  choosePlane(root, model);
  showSliders(root, model);
  showSelection(root, model);
  listenToSearch(root, model, map);
  listenToButtons(root, model, map);
  tellOutside(model);
  await chooseColours(root, model);
  root.documentElement.dataset.state = "map";
  const [wasm, decoder] = await Promise.all([source.array("wasm"), source.array("decoder")]);
  model.useDecoder(await Decoder.open(wasm, decoder, meta.rows.decoded));
  refreshPins();
  root.documentElement.dataset.state = "ready";
}

async function modelOf(source) {
  const { meta } = source;
  const names = ["codes", "errors", "numbers", ...(meta.labels ? ["labels"] : [])];
  const [codes, errors, numbers, labels] = await Promise.all(names.map((name) => source.array(name)));
  const density = new Density(codes, meta.density.neighbours, meta.density.quantiles);
  return new Model(source, codes, errors, numbers, meta.labels && new Labels(meta.labels, labels), density);
}

function listenToButtons(root, model, map) {
  part(root, "zoom-in").addEventListener("click", () => map.zoom(1.4));
  part(root, "zoom-out").addEventListener("click", () => map.zoom(1 / 1.4));
  part(root, "fit").addEventListener("click", () => map.fit());
  part(root, "select-seen").addEventListener("click", () => map.selectSeen());
  for (const choice of part(root, "modes").querySelectorAll("input")) {
    choice.addEventListener("change", () => model.state.set({ mode: choice.value }));
  }
}

function refuse(root, words) {
  part(root, "trouble").textContent = words;
  part(root, "trouble").hidden = false;
}

// Whatever was asked for and can't be had, at the start or later, such as a row of a server that was stopped.
window.addEventListener("unhandledrejection", ({ reason: { message } }) =>
  refuse(document, `Something in this page failed: ${message}. Reload it, or make it anew.`),
);

if (typeof WebAssembly === "undefined" || typeof DecompressionStream === "undefined") {
  refuse(
    document,
    "This page decodes in the browser, which needs WebAssembly and DecompressionStream, and this browser " +
      "lacks them or has them switched off. Open the page in Firefox 113, Chrome 103, Edge 103 or Safari " +
      "16.4, or a later one.",
  );
} else {
  start(document);
}
