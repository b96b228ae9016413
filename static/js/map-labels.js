// Names and figures on the moving map where there is room for them, and the open orders as points.

import { countOf, isSeen, wordsOf } from "./map-counts.js";
import { L, asked, map } from "./map-ground.js";
import { ask, boxIn } from "./map-sheets.js";

const MOST_LABELS = 260;
const labels = L.layerGroup().addTo(map);
const points = L.layerGroup().addTo(map);

// About how wide a text is, in pixels, at a font size: signs of Chinese are square.
const widthOf = (text, size) => [...text].reduce((sum, sign) => sum + size * (sign.charCodeAt(0) > 255 ? 1 : 0.58), 6);

export function label(areas) {
  labels.clearLayers();
  const seen = map.getBounds();
  const inView = [...areas].filter((area) => seen.contains([area.at[1], area.at[0]]));
  inView.sort((one, other) => countOf(other.key)[0] - countOf(one.key)[0]);
  for (const area of inView.slice(0, MOST_LABELS)) addLabel(area);
}

function addLabel(area) {
  const corner = map.latLngToContainerPoint(area.box.getNorthWest());
  const size = map.latLngToContainerPoint(area.box.getSouthEast()).subtract(corner);
  const named = size.x * 0.85 > widthOf(area.short, 14) && size.y > 34; // no area fills its own box
  const figures = figuresOf(area, size, named);
  if (!named && !figures) return;
  const words = document.createElement("div");
  words.className = isSeen(area) ? "m-label" : "m-label m-label-far";
  if (named) words.append(piece("b", area.short));
  if (figures) words.append(figures);
  const icon = L.divIcon({ className: "", html: words, iconSize: [0, 0] });
  labels.addLayer(L.marker([area.at[1], area.at[0]], { icon, interactive: false, keyboard: false }));
}

// In words where there is room for them, else the plain figure, else nothing: hovering and the list say it.
function figuresOf(area, size, named) {
  const [open, over] = countOf(area.key);
  const [first, second] = wordsOf(area);
  if (!isSeen(area)) return null;
  const line = document.createElement("span");
  if (named && size.x * 0.85 > widthOf(wordsOf(area).join(" · "), 12)) {
    line.append(first);
    if (second) line.append(" · ", piece("span", second, "t-late"));
    return line;
  }
  if (!open || size.x < 22 || size.y < 18) return null;
  line.append(`${open}`);
  if (over) line.append(piece("span", " ■", "t-late"));
  return line;
}

function piece(name, text, style = "") {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = style;
  return element;
}

export const clearPoints = () => points.clearLayers();

export async function loadPoints() {
  const answer = await ask(`${asked.points}${boxIn(map.getBounds())}`);
  points.clearLayers();
  for (const point of answer.points) addPoint(point);
}

function addPoint(point) {
  const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${asked.sprite}#l-${point.lamp}`);
  sign.append(use);
  sign.setAttribute("aria-hidden", "true");
  const icon = L.divIcon({ className: `m-point m-point-${point.lamp}`, html: sign, iconSize: [22, 22] });
  const marker = L.marker([point.at[1], point.at[0]], { icon, keyboard: false });
  marker.bindTooltip(`${point.title} · ${point.number}`);
  marker.on("click", () => location.assign(`${asked.order}${point.number}/`));
  points.addLayer(marker);
}
