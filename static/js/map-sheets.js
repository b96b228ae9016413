// The sheets of the moving map: the areas of a level as the server gives them, fetched once, and the lines between them.

import { L, asked, lowest, map } from "./map-ground.js";

const sheets = new Map(); // rank → {box, cut, areas: Map of key → area, mesh}

export const sheetAt = (rank) => sheets.get(rank);

export async function ask(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-cache", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export function boxIn(bounds) {
  const sides = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  return Object.entries(sides).map(([side, value]) => `&${side}=${value.toFixed(6)}`).join("");
}

export async function sheetOf(step) {
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
  area.shape.area = area;
  area.box = area.shape.getBounds();
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
