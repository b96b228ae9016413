// The words that scripts of the phone pages say; they stand in the page, in its language (templates/patrols/app.html).

export function word(name, values = {}) {
  for (const shelf of document.querySelectorAll("template[data-words]")) {
    const found = shelf.content.querySelector(`[data-word="${name}"]`);
    if (found) return found.textContent.replace(/\{(\w+)\}/g, (_whole, key) => values[key] ?? "");
  }
  return "";
}

const zone = () => document.querySelector("time[data-zone]")?.dataset.zone;
const time = (moment) => new Date(moment).toLocaleTimeString("sv-SE", { timeZone: zone(), hour: "2-digit", minute: "2-digit" });
const day = (moment) => new Date(moment).toLocaleDateString("sv-SE", { timeZone: zone() });

// 12:10 of today; before that the day too. In the city's zone, like all times of the house.
export const clock = (moment) => (day(moment) === day(Date.now()) ? time(moment) : `${day(moment).slice(5)} ${time(moment)}`);

export function make(tag, { text, data, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value === true ? "" : value);
  Object.assign(node.dataset, data);
  if (text !== undefined) node.textContent = text;
  node.append(...children.filter(Boolean));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name, size = "") {
  const sprite = document.querySelector('meta[name="field-icons"]').content;
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", `ic ${size}`.trim());
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  drawing.append(use);
  return drawing;
}

export { SVG };
