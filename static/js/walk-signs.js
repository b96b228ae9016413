// The signs of patrols on a Leaflet map, from the list that the server makes (templates/patrols/live.html): what is not in
// the list is not on the map either. Shape and letter say besides the colour what is odd.

import { L } from "./map-ground.js";

export const here = (row) => (row.dataset.lng ? [Number(row.dataset.lat), Number(row.dataset.lng)] : null);

function piece(name, text, style) {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = style;
  return element;
}

function signOf({ dataset: { silent, odd, name } }) {
  const [kind, letter] = silent !== undefined ? ["w-dot w-dot-silent", "?"] : odd !== undefined ? ["w-dot w-dot-odd", "!"] : ["w-dot", ""];
  const sign = piece("span", "", "w-mark");
  sign.append(piece("i", letter, kind), piece("b", name, ""));
  return L.divIcon({ className: "", html: sign, iconSize: [0, 0] });
}

export class Signs {
  constructor(map, onPick) {
    this.layer = L.layerGroup().addTo(map);
    this.marks = new Map(); // key of a patrol → its sign
    this.onPick = onPick;
  }

  show(rows) {
    const placed = rows.filter(here);
    const keys = new Set(placed.map((row) => row.dataset.walk));
    for (const [key, mark] of this.marks) if (!keys.has(key)) this.drop(key, mark);
    for (const row of placed) this.place(row);
  }

  clear() {
    for (const [key, mark] of this.marks) this.drop(key, mark);
  }

  drop(key, mark) {
    this.layer.removeLayer(mark);
    this.marks.delete(key);
  }

  place(row) {
    const known = this.marks.get(row.dataset.walk);
    if (known) return void known.setLatLng(here(row)).setIcon(signOf(row));
    const mark = L.marker(here(row), { icon: signOf(row), keyboard: false, zIndexOffset: 1000 });
    mark.on("click", () => this.onPick(row.dataset.walk));
    this.marks.set(row.dataset.walk, mark);
    this.layer.addLayer(mark);
  }

  light(key, on) {
    this.marks.get(key)?.getElement()?.firstChild?.classList.toggle("w-mark-on", on);
  }
}
