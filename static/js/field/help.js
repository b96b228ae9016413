// A record of help given, kept on the phone at once and sent as soon as there is a net. Without this script: a plain form.

import { put, unsent, uuid } from "./outbox.js";
import { shrink } from "./picture.js";

const form = document.querySelector("[data-help]");
const SETTLE = 3_000;
let place = null;

function look() {
  if (place || !navigator.geolocation) return;
  const found = ({ coords }) => (place = { lng: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) });
  navigator.geolocation.getCurrentPosition(found, () => {}, { maximumAge: 60_000, timeout: 10_000 });
}

async function keep(data) {
  const id = uuid();
  const photo = data.get("photo");
  const blobs = photo?.size ? [await shrink(photo)] : [];
  const said = Object.fromEntries(["kind", "handed_to", "done", "place"].map((name) => [name, data.get(name) ?? ""]));
  const title = form.querySelector(`[name=kind][value="${said.kind}"]`).closest("label").textContent.trim();
  await put("help", id, `${form.dataset.helpUrl}${id}`, { ...said, at: new Date().toISOString(), ...place }, blobs, { title });
}

form.addEventListener("change", look, { once: true });
form.addEventListener("submit", async (event) => {
  if (!form.checkValidity()) return; // the browser says what is missing
  event.preventDefault();
  try {
    await keep(new FormData(form));
  } catch {
    return form.submit(); // no room, or a photo that cannot be drawn: the server says so
  }
  const until = Date.now() + SETTLE;
  while (Date.now() < until && (await unsent()).length) await new Promise((resolve) => setTimeout(resolve, 150));
  location.reload();
});
