/** The page in a frame of its own: its names can't reach the notebook, nor its look the notebook's. */
function render({ model, el }) {
  const frame = document.createElement("iframe");
  Object.assign(frame, {
    title: "Latent explorer",
    sandbox: "allow-scripts allow-downloads allow-forms",
    srcdoc: model.get("page"),
  });
  Object.assign(frame.style, { width: "100%", height: "56rem", border: "0" });
  const listen = ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    model.set({ pinned: data.pinned, selected: data.selected });
    model.save_changes();
  };
  window.addEventListener("message", listen);
  el.append(frame);
  return () => window.removeEventListener("message", listen);
}

export default { render };
