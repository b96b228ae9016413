// The report form: small pictures of the photos, the most frequent categories as buttons, a map to point at, and
// "where I am now". The two number fields stay the truth; without this script they are filled in by hand.

const form = document.querySelector("[data-report]");
const lng = form.querySelector("[data-lng]");
const lat = form.querySelector("[data-lat]");
const said = form.querySelector("[data-said]");

// ---- photos ----
const photos = form.querySelector("[data-photos]");
const thumbs = form.querySelector("[data-thumbs]");

function showThumbs() {
  for (const old of thumbs.querySelectorAll("img")) URL.revokeObjectURL(old.src);
  const pictures = [...photos.files].map((file) => {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    return image;
  });
  thumbs.replaceChildren(...pictures);
  thumbs.hidden = pictures.length === 0;
}

photos.addEventListener("change", showThumbs);

// ---- categories ----
const choices = form.querySelector("[data-choices]");

function pressChoice() {
  const select = document.getElementById(choices.dataset.choices);
  for (const button of choices.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === select.value));
}

if (choices) {
  choices.hidden = false;
  const select = document.getElementById(choices.dataset.choices);
  choices.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    select.value = button.value;
    pressChoice();
  });
  select.addEventListener("change", pressChoice);
  pressChoice();
}

// ---- the place ----
const frame = form.querySelector("[data-map]");
let map = null;
let point = null;

function write(at) {
  lng.value = at.lng.toFixed(6);
  lat.value = at.lat.toFixed(6);
  said.textContent = "";
  show();
}

function show() {
  if (!map || lng.value === "" || lat.value === "") return;
  const at = [Number(lat.value), Number(lng.value)];
  if (point) point.setLatLng(at);
  else point = window.L.circleMarker(at, { radius: 9, className: "m-point", fillOpacity: 0.9 }).addTo(map);
  if (!map.getBounds().contains(at)) map.setView(at, Math.max(map.getZoom(), 16));
}

function draw() {
  const L = window.L;
  const [centreLng, centreLat, zoom] = frame.dataset.centre.split(",").map(Number);
  frame.hidden = false;
  const ground = document.createElement("div");
  frame.append(ground);
  map = L.map(ground, { attributionControl: false, zoomControl: true }).setView([centreLat, centreLng], zoom);
  ground.setAttribute("role", "application");
  ground.setAttribute("aria-label", frame.dataset.label);
  const own = L.featureGroup();
  for (const area of JSON.parse(frame.dataset.lines)) {
    const line = L.geoJSON(area.boundary, { style: { className: area.own ? "m-own" : "m-beside" }, interactive: false });
    line.bindTooltip(area.name, { permanent: true, direction: "center", className: "m-name" }).addTo(map);
    if (area.own) own.addLayer(line);
    if (area.own) line.bringToFront();
  }
  if (own.getLayers().length) map.fitBounds(own.getBounds().pad(0.3));
  map.on("click", (event) => write(event.latlng));
  ground.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    write(map.getCenter());
  });
  show();
}

if (window.L) draw();
lng.addEventListener("change", show);
lat.addEventListener("change", show);

// ---- where I am now ----
const locate = form.querySelector("[data-locate]");

function found({ coords }) {
  write({ lng: coords.longitude, lat: coords.latitude });
  said.textContent = `${locate.dataset.found} ${Math.round(coords.accuracy)} m`;
  map?.setView([coords.latitude, coords.longitude], 17);
}

function ask() {
  said.textContent = locate.dataset.asking;
  const options = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 };
  navigator.geolocation.getCurrentPosition(found, () => (said.textContent = locate.dataset.refused), options);
}

if (navigator.geolocation) {
  locate.hidden = false;
  locate.addEventListener("click", ask);
}
