// Who is on patrol now, drawn from the list beside the map (walk-signs.js). live.js brings the list afresh; the seconds since
// run on between two answers.

import { L, asked, colour, map, say, side, start, steps } from "./map-ground.js";
import { sheetOf } from "./map-sheets.js";
import { Signs } from "./walk-signs.js";

const lines = L.layerGroup().addTo(map);
const signs = new Signs(map, (key) => pick(key, true));
const time = document.querySelector("time[data-now]");
const opened = Date.now();
let placed = false; // the map was laid around the patrols once; then it stays where the reader puts it

const rows = () => [...side().querySelectorAll("[data-walk]")];
// The server's clock, whatever the desk's own computer says.
const atServer = () => (time ? Number(time.dataset.now) + (Date.now() - opened) / 1000 : Date.now() / 1000);

function show() {
  signs.show(rows());
  countOn();
  if (placed || !signs.marks.size) return;
  placed = true;
  const bounds = L.latLngBounds([...signs.marks.values()].map((mark) => mark.getLatLng()));
  map.fitBounds(bounds.pad(0.3), { maxZoom: 17, animate: false });
}

// The row and the sign of one patrol light up together.
function pick(key, fromMap) {
  for (const row of rows()) {
    const on = row.dataset.walk === key;
    row.classList.toggle("w-on", on);
    signs.light(row.dataset.walk, on);
    if (on && fromMap) row.scrollIntoView({ block: "nearest" });
  }
}

function countOn() {
  for (const seen of side().querySelectorAll("[data-seen]")) {
    const gone = Math.max(0, Math.round(atServer() - Number(seen.dataset.seen)));
    const words = gone < 60 ? asked.seconds : gone < 3600 ? asked.minutes : asked.hours;
    const many = gone < 60 ? gone : Math.floor(gone / (gone < 3600 ? 60 : 3600));
    seen.textContent = words.replace("{n}", many);
  }
}

async function ground() {
  const sheet = await sheetOf(steps[0]);
  say(sheet.cut ? asked.cut : "");
  lines.clearLayers();
  const plain = { color: colour("edge"), weight: 1, interactive: false, smoothFactor: 0.6 };
  if (sheet.mesh.given.length) lines.addLayer(L.polyline(sheet.mesh.given, plain));
  if (sheet.mesh.drawn.length) lines.addLayer(L.polyline(sheet.mesh.drawn, { ...plain, dashArray: "4 4" }));
}

const drawGround = () => ground().catch(() => say(asked.failed));

start();
map.setView(asked.centre.split(",").map(Number), 14, { animate: false });
show();
drawGround();
map.on("moveend", drawGround);
setInterval(countOn, 1000);
side().addEventListener("live:swapped", show);
for (const name of ["mouseover", "focusin"]) {
  side().addEventListener(name, (event) => pick(event.target.closest("[data-walk]")?.dataset.walk));
}
