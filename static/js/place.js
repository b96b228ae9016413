// The place of a form: two number fields that are the truth, a map to point at, and "where I am now". Each part may be
// missing; without this script the numbers are filled in by hand.

export function placeIn(form) {
  const lng = form.querySelector("[data-lng]");
  const lat = form.querySelector("[data-lat]");
  const said = form.querySelector("[data-said]");
  const frame = form.querySelector("[data-map]");
  const locate = form.querySelector("[data-locate]");
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

  if (frame && window.L) draw();
  lng.addEventListener("change", show);
  lat.addEventListener("change", show);
  if (locate && navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", ask);
  }
}
