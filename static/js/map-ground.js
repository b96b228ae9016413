// The ground of the moving map: the Leaflet map itself with its hatching canvas, and what the page says of it.
// Which areas are drawn is map-sheets.js and map.js; what they show is map-counts.js and map-labels.js.

export const L = window.L;
export const view = document.getElementById("m-view");
export const asked = view.dataset;
export const steps = JSON.parse(asked.steps); // each level: rank, zoom from which it is shown, number of areas
const said = view.querySelector(".m-say");

export const side = () => document.getElementById("m-side");
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
export const stepOf = (rank) => steps.find((step) => step.rank === rank);
export const stepAt = (zoom) => steps.filter((step) => step.zoom <= zoom).at(-1) ?? steps[0];
export const lowest = () => steps.at(-1);

export function say(words) {
  said.textContent = words;
  said.hidden = !words;
}

function hatchFor(context) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour("late");
  pen.globalAlpha = 0.4;
  pen.lineWidth = 1.6;
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift - 1, 9);
    pen.lineTo(shift + 9, -1);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

const HatchingCanvas = L.Canvas.extend({
  _fillStroke(context, layer) {
    L.Canvas.prototype._fillStroke.call(this, context, layer);
    if (!layer.options.late) return;
    this._hatch ??= hatchFor(context);
    context.save();
    context.globalAlpha = 1;
    context.fillStyle = this._hatch;
    context.fill("evenodd");
    // The red edge lies inside its own area, so that two late neighbours keep the line between them.
    context.clip("evenodd");
    context.strokeStyle = colour("late");
    context.globalAlpha = 0.7;
    context.lineWidth = 6;
    context.stroke();
    context.restore();
  },
});

// ---- the map ---------------------------------------------------------------------------------------------------
export const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const ground = document.createElement("div");
ground.id = "m-ground";
export const map = L.map(ground, {
  renderer: new HatchingCanvas({ padding: 0.4 }),
  zoomControl: false,
  attributionControl: Boolean(asked.tilesBy),
  minZoom: 8,
  maxZoom: 20,
  zoomSnap: asked.tiles ? 1 : 0.25, // whole steps keep tiles sharp
  inertia: !still,
  zoomAnimation: !still,
  fadeAnimation: !still,
});

export function start() {
  view.querySelector(".m-still, .m-none")?.remove();
  view.prepend(ground);
  ground.setAttribute("role", "region");
  ground.setAttribute("aria-label", asked.keys);
  ground.tabIndex = 0;
  map.invalidateSize();
  L.control.zoom({ position: "topright", zoomInTitle: asked.in, zoomOutTitle: asked.out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  map.attributionControl?.setPrefix(false);
  if (asked.tiles) L.tileLayer(asked.tiles, { attribution: asked.tilesBy, maxNativeZoom: 18, maxZoom: 20 }).addTo(map);
}
