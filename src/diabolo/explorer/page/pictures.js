import { element } from "./parts.js";

/** Numbers of a decoded row as shades from 0, black, to 255. */
export function shadesOf(row, { black, white }) {
  // The array rounds, and keeps within 0..255.
  return Uint8ClampedArray.from(row, (value) => ((value - black) / (white - black)) * 255);
}

/** How far two images are apart, a pixel. */
export function difference(a, b) {
  return a.map((value, i) => Math.abs(value - b[i]));
}

/** A canvas of an image; its pixels are those of the image, and the page scales it up. */
export function picture(shades, shape, words) {
  const canvas = element("canvas", { className: "picture", height: shape[0], width: shape[1] });
  canvas.setAttribute("role", "img");
  if (shades) draw(canvas, shades, shape[2]);
  describe(canvas, words);
  return canvas;
}

/** Draw shades, (height, width, channels) one after the other, on a canvas of that size. */
export function draw(canvas, shades, channels) {
  canvas.getContext("2d").putImageData(imageOf(shades, canvas.width, canvas.height, channels), 0, 0);
}

export function describe(canvas, words) {
  canvas.setAttribute("aria-label", words);
}

/** Shades as a canvas takes them. */
export function imageOf(shades, width, height, channels) {
  const image = new ImageData(width, height);
  const colour = channels >= 3;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = shades[i * channels + (colour ? c : 0)];
    image.data[4 * i + 3] = channels === 4 ? shades[i * channels + 3] : 255;
  }
  return image;
}
