// Patrols as a layer of the moving map, for who watches them: asked for only while the layer is on, each time as the live
// page is, so that the look is written down. A sign leads to the live page.

import { map, say } from "./map-ground.js";
import { Signs } from "./walk-signs.js";

const EVERY = 5_000;
const button = () => document.querySelector("[data-patrols]");
const signs = new Signs(map, () => location.assign(button().dataset.patrols));
let isOn = false;

function face() {
  const shown = button();
  if (!shown) return;
  shown.hidden = false;
  shown.setAttribute("aria-pressed", String(isOn));
}

async function ask() {
  if (!isOn || document.hidden) return;
  try {
    const answer = await fetch(button().dataset.patrols, { headers: { "X-Live": "1" }, redirect: "error", cache: "no-cache" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const list = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isOn) signs.show([...list.querySelectorAll("[data-walk]")]);
    say("");
  } catch {
    signs.clear(); // an old place is worse than none
    say(button().dataset.failed);
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-patrols]")) return;
  isOn = !isOn;
  face();
  if (isOn) ask();
  else signs.clear();
});
document.addEventListener("htmx:afterSettle", face); // the bar comes afresh with another area
setInterval(ask, EVERY);
face();
