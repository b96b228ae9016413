// The moving map: areas on a canvas, a level by zoom, coloured by what the reader may see open and late.
// The page gives words and addresses in #m-view's data; the side is the server's (htmx), the picture without a script
// stays where Leaflet cannot be had. Counts come again whenever live.js has brought the side afresh.

const L = window.L;
const view = document.getElementById("m-view");
const asked = view.dataset;
const steps = JSON.parse(asked.steps);
const said = view.querySelector(".m-say");
const side = () => document.getElementById("m-side");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const shades = [0, 1, 2, 3, 4].map((shade) => colour(`open-${shade}`));
const late = colour("late");
const CLASS_ENDS = [0.5, 1.5, 2.5, 4.5]; // as insight/selectors.py has them
const MOST_LABELS = 260;

// ---- a canvas that can hatch -----------------------------------------------------------------------------------
function hatchFor(context) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = late;
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
    context.strokeStyle = late;
    context.globalAlpha = 0.7;
    context.lineWidth = 6;
    context.stroke();
    context.restore();
  },
});

// ---- the map ---------------------------------------------------------------------------------------------------
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const ground = document.createElement("div");
ground.id = "m-ground";
const map = L.map(ground, {
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
const fills = L.layerGroup().addTo(map);
const lines = L.layerGroup().addTo(map);
const labels = L.layerGroup().addTo(map);
const points = L.layerGroup().addTo(map);
const sheets = new Map(); // rank → {box, areas: Map of key → area, mesh}
let counts = {};
let oversees = null; // the paths the reader oversees; null for all of the city
let drawn = null; // the step whose areas are shown
let chosen = { code: "", listRank: "" };

const stepOf = (rank) => steps.find((step) => step.rank === rank);
const stepAt = (zoom) => steps.filter((step) => step.zoom <= zoom).at(-1) ?? steps[0];
const lowest = () => steps.at(-1);
const countOf = (key) => counts[key] ?? [0, 0];

// Where the reader oversees nothing, no figure would be true: such an area is white and has none.
function isSeen({ key, path }) {
  return key in counts || !oversees || oversees.some((top) => path.includes(top.at(-1)) || top.includes(key));
}

function shadeOf(area) {
  const [open] = countOf(area.key);
  const found = CLASS_ENDS.filter((end) => open / area.grids >= end).length;
  return open ? Math.max(found, 1) : 0;
}

// Hatching is for the lowest level: above it nearly every area holds something late, and the labels say how much.
function styleOf(area) {
  const over = countOf(area.key)[1] > 0;
  const fill = { fillColor: isSeen(area) ? shades[shadeOf(area)] : "#fff", fillOpacity: asked.tiles ? 0.65 : 1 };
  return { ...fill, stroke: false, late: over && area.base };
}

function say(words) {
  said.textContent = words;
  said.hidden = !words;
}

// ---- what the server knows -------------------------------------------------------------------------------------
async function ask(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-cache", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function boxIn(bounds) {
  const sides = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  return Object.entries(sides).map(([side, value]) => `&${side}=${value.toFixed(6)}`).join("");
}

async function sheetOf(step) {
  const whole = step.count <= Number(asked.most);
  const known = sheets.get(step.rank);
  if (known && (whole || known.box.contains(map.getBounds()))) return known;
  const box = whole ? null : map.getBounds().pad(0.5);
  const answer = await ask(`${asked.areas}&level=${step.rank}${box ? boxIn(box) : ""}`);
  const sheet = { box, cut: answer.cut, areas: new Map(), mesh: meshOf(answer.features) };
  for (const feature of answer.features) sheet.areas.set(feature.id, areaFrom(feature, step));
  sheets.set(step.rank, sheet);
  return sheet;
}

const turned = (ring) => ring.map(([lng, lat]) => [lat, lng]);
const partsOf = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

function areaFrom(feature, step) {
  const area = { ...feature.properties, key: feature.id, base: step === lowest() };
  area.rings = partsOf(feature.geometry).map((rings) => rings.map(turned));
  area.shape = L.polygon(area.rings, { smoothFactor: 0.6 });
  area.box = area.shape.getBounds();
  area.shape.on("click", () => choose(area.code));
  area.shape.bindTooltip(() => [area.name, ...wordsOf(area)].join(" · "), { sticky: true });
  return area;
}

// Each edge once: the dashes of two neighbours on one edge would fill each other's gaps.
function meshOf(features) {
  const seen = new Set();
  const found = { drawn: [], given: [] };
  for (const { geometry, properties } of features) {
    const into = properties.drawn ? found.drawn : found.given;
    for (const ring of partsOf(geometry).flat()) addEdges(ring, seen, into);
  }
  return found;
}

function addEdges(ring, seen, into) {
  let line = [];
  for (let place = 1; place < ring.length; place += 1) {
    const [from, to] = [ring[place - 1], ring[place]];
    const edge = [from.join(), to.join()].sort().join("|");
    if (seen.has(edge)) {
      if (line.length) into.push(line);
      line = [];
      continue;
    }
    seen.add(edge);
    if (!line.length) line.push([from[1], from[0]]);
    line.push([to[1], to[0]]);
  }
  if (line.length) into.push(line);
}

function wordsOf(area) {
  if (!isSeen(area)) return [asked.unseen];
  const [open, over] = countOf(area.key);
  const words = [asked.open.replace("{n}", open)];
  return over ? [...words, asked.late.replace("{n}", over)] : words;
}

async function loadCounts() {
  ({ counts, oversees } = await ask(asked.counts));
  if (!drawn) return;
  restyle();
  label();
  await loadPoints();
}

// ---- drawing ---------------------------------------------------------------------------------------------------
async function draw() {
  const step = stepAt(map.getZoom());
  const upper = steps[steps.indexOf(step) - 1];
  const [sheet, frame] = await Promise.all([sheetOf(step), upper ? sheetOf(upper) : null]);
  if (step !== stepAt(map.getZoom())) return; // the reader has zoomed on meanwhile
  drawn = step;
  say(sheet.cut ? asked.cut : "");
  fills.clearLayers();
  for (const area of sheet.areas.values()) fills.addLayer(area.shape);
  restyle();
  drawLines(sheet.mesh, frame?.mesh);
  label();
  markLevel();
  await loadPoints();
}

function restyle() {
  for (const area of sheets.get(drawn.rank).areas.values()) area.shape.setStyle(styleOf(area));
}

function drawLines(mesh, frame) {
  lines.clearLayers();
  addLines(mesh, { color: "#6b8299", weight: 1 });
  if (frame) addLines(frame, { color: colour("brand"), weight: 2, opacity: 0.75 });
  outline();
}

function addLines(mesh, style) {
  const plain = { ...style, interactive: false, smoothFactor: 0.6, fill: false };
  const gap = { ...plain, color: "#fff", weight: style.weight + 2, opacity: 1 };
  lines.addLayer(L.polyline([...mesh.given, ...mesh.drawn], gap));
  if (mesh.given.length) lines.addLayer(L.polyline(mesh.given, plain));
  if (mesh.drawn.length) lines.addLayer(L.polyline(mesh.drawn, { ...plain, dashArray: style.weight > 1 ? "8 5" : "4 4" }));
}

function outline() {
  const { keyOfArea, rank } = side().dataset;
  const area = sheets.get(Number(rank))?.areas.get(Number(keyOfArea));
  if (!area) return;
  const style = { color: colour("brand-ink"), weight: 3.5, fill: false, interactive: false, smoothFactor: 0.6 };
  lines.addLayer(L.polygon(area.rings, { ...style, dashArray: area.drawn ? "11 5" : null }));
}

function markLevel() {
  for (const link of document.querySelectorAll("#m-tool [data-level]")) {
    if (Number(link.dataset.level) === drawn.rank) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// About how wide a text is, in pixels, at a font size: signs of Chinese are square.
const widthOf = (text, size) => [...text].reduce((sum, sign) => sum + size * (sign.charCodeAt(0) > 255 ? 1 : 0.58), 6);

function label() {
  labels.clearLayers();
  const seen = map.getBounds();
  const inView = [...sheets.get(drawn.rank).areas.values()].filter((area) => seen.contains([area.at[1], area.at[0]]));
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

async function loadPoints() {
  if (drawn !== lowest() || map.getZoom() <= drawn.zoom) return void points.clearLayers();
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

// ---- choosing --------------------------------------------------------------------------------------------------
let byHand = false; // chosen on the map itself: then the map stays where it is

function choose(code) {
  byHand = true;
  const url = `${asked.page}?area=${encodeURIComponent(code)}`;
  if (!window.htmx) return void location.assign(url);
  window.htmx.ajax("GET", url, { target: "#m-side", swap: "outerHTML show:none" });
}

function showChosen() {
  const { code, rank, box, listRank } = side().dataset;
  chosen = { code, listRank };
  if (!box) return map.setView(asked.centre.split(",").map(Number), steps[0].zoom, { animate: false });
  const [west, south, east, north] = box.split(",").map(Number);
  const bounds = L.latLngBounds([south, west], [north, east]);
  const wanted = stepOf(Number(listRank)) ?? stepOf(Number(rank)) ?? lowest();
  const below = steps[steps.indexOf(wanted) + 1];
  if (!map.getZoom()) map.setView(bounds.getCenter(), wanted.zoom, { animate: false }); // without it nothing fits
  const fitting = map.getBoundsZoom(bounds);
  const closest = below ? below.zoom - map.options.zoomSnap : fitting;
  const zoom = Math.max(wanted.zoom, Math.min(fitting, closest));
  return map.setView(bounds.getCenter(), Math.min(zoom, 19), { animate: !still });
}

document.addEventListener("htmx:afterSettle", () => {
  const { code, listRank } = side().dataset;
  if (code === chosen.code && listRank === chosen.listRank) return;
  if (byHand) chosen = { code, listRank };
  else {
    showChosen();
    side().querySelector("h1").focus({ preventScroll: true });
  }
  byHand = false;
  side().scrollTop = 0;
  refresh();
});
document.addEventListener("live:swapped", () => loadCounts().catch(() => {})); // live.js tells if nobody answers

async function refresh() {
  try {
    const { rank } = side().dataset;
    if (stepOf(Number(rank))) await sheetOf(stepOf(Number(rank)));
    await draw();
  } catch {
    say(asked.failed);
  }
}

// ---- start -----------------------------------------------------------------------------------------------------
function start() {
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
  showChosen();
  map.on("moveend", refresh);
  loadCounts().then(refresh, () => say(asked.failed));
}

start();
