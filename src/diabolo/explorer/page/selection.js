import { columnsOf } from "./columns.js";
import { exactText } from "./numbers.js";
import { element, part } from "./parts.js";

/** The selected rows: how many, and their numbers as a CSV file. */
export function showSelection(root, model) {
  const { state } = model;
  const [save, clear] = [part(root, "download"), part(root, "clear")];
  state.on(["selection"], () => {
    const selection = state.get("selection");
    const words = selection
      ? `${selection.length.toLocaleString("en")} of ${model.n.toLocaleString("en")} rows selected.`
      : "";
    part(root, "selected").textContent = words;
    part(root, "selection").hidden = !selection;
  });
  clear.addEventListener("click", () => state.set({ selection: null }));
  save.addEventListener("click", async () =>
    download(await csv(model, state.get("selection")), "selected_rows.csv"),
  );
}

/** A line of names, then a line a row. */
async function csv(model, selection) {
  const columns = await fields(model);
  const lines = [columns.map(({ name }) => quoted(name)).join()];
  for (const i of selection) lines.push(columns.map(({ at }) => quoted(at(i))).join());
  return `${lines.join("\n")}\n`;
}

async function fields({ numbers, labels, errors, codes, k, meta, source }) {
  const columns = columnsOf(meta.rows);
  const values = await Promise.all(columns.map((_, j) => source.column(j)));
  return [
    { name: "row", at: (i) => String(numbers[i]) },
    ...(labels ? [{ name: labels.name, at: (i) => labels.text(i) }] : []),
    { name: "reconstruction_error", at: (i) => exactText(errors[i]) },
    ...meta.components.map((name, c) => ({ name, at: (i) => exactText(codes[i * k + c]) })),
    ...columns.map((column, j) => ({ name: column.name, at: (i) => column.exact(values[j][i]) })),
  ];
}

function quoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function download(text, name) {
  const link = element("a", {
    href: URL.createObjectURL(new Blob([text], { type: "text/csv" })),
    download: name,
  });
  link.click();
  URL.revokeObjectURL(link.href);
}
