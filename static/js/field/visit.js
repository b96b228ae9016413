// A visit: the place by itself, the record kept on the phone at once and sent as soon as there is a net.
// What would change the register is never kept on the phone: such a record is sent as a plain form. So is all without
// this script.

import { put, unsent } from "./outbox.js";

const form = document.querySelector("[data-visit]");
const door = document.querySelector(".v-door");
const SETTLE = 3_000;
const OF_THE_REGISTER = ["name", "phone", "id_number", "birth_date"];
let place = null;

const position = (timeout) =>
  new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    const found = ({ coords }) => resolve({ lng: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) });
    navigator.geolocation.getCurrentPosition(found, () => resolve(null), { enableHighAccuracy: true, maximumAge: 15_000, timeout });
  });

function fill(into) {
  for (const [name, value] of Object.entries(place ?? {})) into.elements[name].value = value;
}

door?.addEventListener("submit", async (event) => {
  if (event.submitter?.name) return; // says why not at the door: no place is asked for
  event.preventDefault();
  event.submitter.setAttribute("aria-busy", "true");
  place = (await position(8_000)) ?? place;
  fill(door);
  door.submit();
});

form?.addEventListener("change", async () => (place ??= await position(10_000)), { once: true });

function bodyOf(data, order) {
  const said = { target: form.dataset.target, at: new Date().toISOString(), order };
  for (const name of ["met", "outcome", "found", "away"]) if (data.get(name)) said[name] = data.get(name);
  return { ...said, signs: data.getAll("signs"), ...place };
}

form?.addEventListener("submit", async (event) => {
  const data = new FormData(form);
  fill(form);
  if (!form.checkValidity() || OF_THE_REGISTER.some((name) => data.get(name))) return;
  event.preventDefault();
  const id = data.get("key");
  const order = event.submitter?.name === "order";
  try {
    await put("visit", id, `${form.dataset.visit}${id}`, bodyOf(data, order), [], { title: form.dataset.title });
  } catch {
    return form.submit(); // no room on the phone: the server says what it thinks of it
  }
  const until = Date.now() + SETTLE;
  while (Date.now() < until && (await unsent()).length) await new Promise((resolve) => setTimeout(resolve, 150));
  location.assign(form.dataset.done);
});
