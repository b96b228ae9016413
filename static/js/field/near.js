// How far it is to the next points, and where the worker stands: only where the phone has allowed it before. Nobody is
// asked for his place by merely opening a page, and nothing of it is sent.

const METRES_A_DEGREE = 111_320;

function metresBetween(lng, lat, other) {
  const east = (lng - other.longitude) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(east, lat - other.latitude) * METRES_A_DEGREE;
}

function inWords(metres, element) {
  if (metres >= 1000) return element.dataset.kilometres.replace("KM", (metres / 1000).toFixed(1));
  return element.dataset.metres.replace("METRES", String(Math.round(metres / 10) * 10));
}

function draw(here) {
  for (const map of document.querySelectorAll("[data-near]")) {
    const { west, north, across, down, unit } = map.dataset;
    const me = map.querySelector(".mp-me") || document.createElementNS("http://www.w3.org/2000/svg", "circle");
    me.setAttribute("class", "mp-me");
    me.setAttribute("r", String(unit * 7));
    me.setAttribute("cx", String((here.longitude - west) * across));
    me.setAttribute("cy", String((north - here.latitude) * down));
    map.append(me);
  }
}

function show(here) {
  for (const element of document.querySelectorAll("[data-to]")) {
    const [lng, lat] = element.dataset.to.split(" ").map(Number);
    element.textContent = inWords(metresBetween(lng, lat, here), element);
  }
  draw(here);
}

let last = null;

async function look() {
  const allowed = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (allowed?.state !== "granted") return;
  navigator.geolocation.getCurrentPosition((found) => show((last = found.coords)), () => {}, { maximumAge: 60_000, timeout: 10_000 });
}

document.addEventListener("live:swapped", () => last && show(last));
look();
