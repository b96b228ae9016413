// The moving map: areas on a canvas, a level by zoom, coloured by what the reader may see open and late.
// The side is the server's (htmx); the picture without a script stays where Leaflet cannot be had. Counts come again
// whenever live.js has brought the side afresh.

import { fetchCounts, styleOf, wordsOf } from "./map-counts.js";
import { L, asked, colour, lowest, map, say, side, start, stepAt, stepOf, steps, still, view } from "./map-ground.js";
import { clearPoints, label, loadPoints } from "./map-labels.js";
import { sheetAt, sheetOf } from "./map-sheets.js";

const fills = L.featureGroup().addTo(map);
const lines = L.layerGroup().addTo(map);
let drawn = null; // the step whose areas are shown
let laid = null; // the sheet they come from
let chosen = { code: "", listRank: "" };
let byHand = false; // chosen on the map itself: then the map stays where it is

// ---- drawing ---------------------------------------------------------------------------------------------------
async function draw() {
  const step = stepAt(map.getZoom());
  const upper = steps[steps.indexOf(step) - 1];
  const [sheet, frame] = await Promise.all([sheetOf(step), upper ? sheetOf(upper) : null]);
  if (step !== stepAt(map.getZoom())) return; // the reader has zoomed on meanwhile
  drawn = step;
  say(sheet.cut ? asked.cut : "");
  if (sheet !== laid) fills.clearLayers();
  for (const area of sheet !== laid ? sheet.areas.values() : []) fills.addLayer(area.shape);
  laid = sheet;
  drawLines(sheet.mesh, frame?.mesh);
  markLevel();
  view.dataset.drawn = step.rank;
  await show();
}

async function show() {
  const areas = [...laid.areas.values()];
  for (const area of areas) area.shape.setStyle(styleOf(area));
  label(areas);
  if (drawn === lowest() && map.getZoom() > drawn.zoom) await loadPoints();
  else clearPoints();
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
  const area = sheetAt(Number(rank))?.areas.get(Number(keyOfArea));
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

// ---- choosing --------------------------------------------------------------------------------------------------
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
for (const failure of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(failure, () => (byHand = false));
document.addEventListener("live:swapped", () => {
  fetchCounts().then(() => drawn && show()).catch(() => {}); // live.js tells if nobody answers
});

async function refresh() {
  try {
    const { rank } = side().dataset;
    if (stepOf(Number(rank))) await sheetOf(stepOf(Number(rank)));
    await draw();
  } catch {
    say(asked.failed);
  }
}

fills.on("click", (event) => choose(event.propagatedFrom.area.code));
fills.bindTooltip((shape) => [shape.area.name, ...wordsOf(shape.area)].join(" · "), { sticky: true });
map.on("moveend", () => drawn && refresh());
start();
showChosen();
fetchCounts().then(refresh, () => say(asked.failed));
