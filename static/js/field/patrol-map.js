// What moves on the patrol's drawing: the track with its gaps (two hollow caps, no line between), the worker, the points.

import { SVG, word } from "./words.js";

const make = (tag, attributes) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
};

export class Ground {
  constructor(svg, frame) {
    Object.assign(this, { svg, frame, unit: Number(svg.dataset.unit), whole: svg.getAttribute("viewBox"), isNear: false });
    this.track = svg.querySelector("[data-live-track]");
    this.me = svg.querySelector("[data-live-me]");
    this.radius = svg.querySelector("[data-radius]");
  }

  at(lng, lat) {
    return [(lng - this.frame.west) * this.frame.across, (this.frame.north - lat) * this.frame.down];
  }

  drawTrack({ points, gaps }) {
    const lines = [[]];
    const ends = [];
    for (const [at, lng, lat] of points) {
      const before = lines.at(-1);
      const gap = before.length && gaps.find(([from, until]) => from >= before.at(-1).at && until <= at);
      const place = this.at(lng, lat);
      if (gap) {
        ends.push({ from: before.at(-1).place, until: place, minutes: Math.floor((gap[1] - gap[0]) / 60_000) });
        lines.push([]);
      }
      lines.at(-1).push({ at, place });
    }
    const drawn = lines.filter((line) => line.length > 1).map((line) => line.map(({ place }) => place.map((n) => n.toFixed(1)).join(" ")).join("L"));
    const paths = ["t-case", "t-line"].flatMap((name) => drawn.map((line) => make("path", { class: name, d: `M${line}` })));
    this.track.replaceChildren(...paths, ...ends.flatMap((gap) => this.gap(gap)));
  }

  gap({ from, until, minutes }) {
    const caps = [from, until].map(([cx, cy]) => make("circle", { class: "t-cap", cx, cy, r: this.unit * 1.4 }));
    const words = minutes ? word("gap", { minutes }) : word("gap-short");
    const tag = make("text", { class: "t-tagtx", x: (from[0] + until[0]) / 2, y: (from[1] + until[1]) / 2 - this.unit * 2 });
    tag.textContent = words;
    const sized = make("g", { "font-size": this.unit * 4 });
    sized.append(tag);
    return [...caps, sized];
  }

  drawMe(fix) {
    const [cx, cy] = this.at(fix.lng, fix.lat);
    this.here = [cx, cy];
    const accuracy = make("circle", { class: "me-acc", cx, cy, r: Math.max(fix.accuracy, this.unit * 2) });
    this.me.replaceChildren(accuracy, make("circle", { class: "me", cx, cy, r: this.unit * 2 }));
    if (this.isNear) this.look();
  }

  mark(stops, next) {
    for (const stop of stops) {
      const name = stop === next ? "pt-next" : stop.state === "seen" ? "pt-done" : stop.state === "ahead" ? "pt-left" : "pt-passed";
      this.svg.querySelector(`[data-stop="${stop.id}"]`)?.setAttribute("class", `pt ${name}`);
    }
    if (!this.radius) return;
    this.radius.toggleAttribute("hidden", !next);
    if (!next) return;
    const [cx, cy] = this.at(next.lng, next.lat);
    for (const [name, value] of Object.entries({ cx, cy, r: next.radius })) this.radius.setAttribute(name, String(value));
  }

  turn() {
    this.isNear = !this.isNear && Boolean(this.here);
    this.look();
  }

  look() {
    if (!this.isNear) return this.svg.setAttribute("viewBox", this.whole);
    const [, , width, height] = this.whole.split(" ").map(Number);
    const [wide, high] = [width / 2.5, height / 2.5];
    this.svg.setAttribute("viewBox", [this.here[0] - wide / 2, this.here[1] - high / 2, wide, high].map((n) => n.toFixed(1)).join(" "));
  }
}
