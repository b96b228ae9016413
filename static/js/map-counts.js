// What the reader sees open and late in each area of the moving map, in colours and in words.

import { asked, colour } from "./map-ground.js";
import { ask } from "./map-sheets.js";

const shades = [0, 1, 2, 3, 4].map((shade) => colour(`open-${shade}`));
const CLASS_ENDS = [0.5, 1.5, 2.5, 4.5]; // as insight/selectors.py has them
let counts = {};
let oversees = null; // the paths the reader oversees; null for all of the city

export async function fetchCounts() {
  ({ counts, oversees } = await ask(asked.counts));
}

export const countOf = (key) => counts[key] ?? [0, 0];

// Where the reader oversees nothing, no figure would be true: such an area is white and has none.
export function isSeen({ key, path }) {
  return key in counts || !oversees || oversees.some((top) => path.includes(top.at(-1)) || top.includes(key));
}

function shadeOf(area) {
  const [open] = countOf(area.key);
  const found = CLASS_ENDS.filter((end) => open / area.grids >= end).length;
  return open ? Math.max(found, 1) : 0;
}

// Hatching is for the lowest level: above it nearly every area holds something late, and the labels say how much.
export function styleOf(area) {
  const over = countOf(area.key)[1] > 0;
  const fill = { fillColor: isSeen(area) ? shades[shadeOf(area)] : "#fff", fillOpacity: asked.tiles ? 0.65 : 1 };
  return { ...fill, stroke: false, late: over && area.base };
}

export function wordsOf(area) {
  if (!isSeen(area)) return [asked.unseen];
  const [open, over] = countOf(area.key);
  const words = [asked.open.replace("{n}", open)];
  return over ? [...words, asked.late.replace("{n}", over)] : words;
}
