// The key points of one page on a map: round where there is time, square where it is over. The list says it in words.

const frame = document.querySelector("[data-points]");

// A tooltip takes a text for HTML; a name is a name.
function plain(text) {
  const words = document.createElement("span");
  words.textContent = text;
  return words;
}

function draw(L, points) {
  const [centreLng, centreLat, zoom] = frame.dataset.centre.split(",").map(Number);
  frame.hidden = false;
  document.querySelector("[data-without]")?.remove();
  const ground = document.createElement("div");
  frame.append(ground);
  ground.setAttribute("role", "application");
  ground.setAttribute("aria-label", frame.dataset.label);
  const map = L.map(ground, { attributionControl: false }).setView([centreLat, centreLng], zoom);
  for (const area of JSON.parse(frame.dataset.lines)) {
    const line = L.geoJSON(area.boundary, { style: { className: "m-own" }, interactive: false });
    line.bindTooltip(plain(area.name), { permanent: true, direction: "center", className: "m-name" }).addTo(map);
  }
  const marks = L.featureGroup().addTo(map);
  for (const point of points) {
    const at = [point.lat, point.lng];
    const mark = point.late
      ? L.marker(at, { icon: L.divIcon({ className: "p-late", iconSize: [14, 14] }), keyboard: false })
      : L.circleMarker(at, { radius: 7, className: "m-point", fillOpacity: 0.9 });
    mark.bindTooltip(plain(point.late ? `${point.name} · ${frame.dataset.late}` : point.name)).addTo(marks);
  }
  if (points.length) map.fitBounds(marks.getBounds().pad(0.2), { maxZoom: 17 });
}

if (frame && window.L) draw(window.L, JSON.parse(frame.dataset.points));
