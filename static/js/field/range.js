// How a position stands to a point: far, not exact, no permission, within the circle. Words and a small drawing.

import { metresBetween } from "./recorder.js";
import { SVG, word } from "./words.js";

export function verdict(stop, fix, rule, isDenied) {
  if (isDenied) return { state: "none", tone: "blur" };
  if (!fix) return { state: "wait", tone: "blur" };
  const away = metresBetween({ lng: stop.lng, lat: stop.lat }, fix);
  const figures = { away: Math.round(away), radius: stop.radius, accuracy: Math.round(fix.accuracy), left: Math.max(1, Math.round(away - stop.radius)) };
  if (fix.accuracy > rule.accuracy) return { state: "vague", tone: "blur", figures };
  return away > stop.radius ? { state: "far", tone: "far", figures } : { state: "ok", tone: "ok", figures };
}

const circle = (name, cx, cy, r) => {
  const node = document.createElementNS(SVG, "circle");
  for (const [attribute, value] of Object.entries({ class: name, cx, cy, r })) node.setAttribute(attribute, String(value));
  return node;
};

function drawing({ state, figures }, stop, fix) {
  if (state === "vague") return [circle("r-acc", 30, 30, 28), circle("r-area", 24, 32, 14), circle("r-pt", 24, 32, 3.5)];
  if (!fix || !figures) return [circle("r-area", 30, 30, 24), circle("r-pt", 30, 30, 3.5)];
  // The point and the person where they stand to one another, as large as fits.
  const east = (fix.lng - stop.lng) * Math.cos((stop.lat * Math.PI) / 180);
  const north = fix.lat - stop.lat;
  const length = Math.hypot(east, north) || 1;
  const reach = Math.max(figures.away, figures.radius * 1.1);
  const scale = 26 / reach;
  const [x, y] = [(east / length) * figures.away * scale, (-north / length) * figures.away * scale];
  const middle = { x: 30 - (state === "far" ? x / 2 : 0), y: 30 - (state === "far" ? y / 2 : 0) };
  const accuracy = Math.min(24, Math.max(6, figures.accuracy * scale));
  return [
    circle("r-area", middle.x, middle.y, Math.max(8, figures.radius * scale * 0.9)), circle("r-pt", middle.x, middle.y, 3.5),
    circle("r-acc", middle.x + x, middle.y + y, accuracy), circle("r-me", middle.x + x, middle.y + y, 5),
  ]; // prettier-ignore
}

export function show(place, found, stop, fix) {
  place.hidden = false;
  place.className = `range ${found.tone}`;
  const [words, more] = [word(found.state, found.figures), word(`${found.state}-more`, found.figures)];
  const [strong, span] = [place.querySelector("[data-range-words]"), place.querySelector("[data-range-more]")];
  if (strong.textContent !== words) strong.textContent = words;
  if (span.textContent !== more) span.textContent = more;
  place.querySelector("[data-range-drawing]").replaceChildren(...drawing(found, stop, fix));
}
