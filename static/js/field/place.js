// The place of a report, by itself: asked for after the first photo (or at once where it was allowed before), told in the
// words of the area, changed by hand. The two number fields are the truth.

import { word } from "./words.js";

const EXACT = 50;

export function placeOf(form, found) {
  const [lng, lat] = [form.querySelector("[data-lng]"), form.querySelector("[data-lat]")];
  const [area, accuracy] = [form.querySelector("[data-area]"), form.querySelector("[data-accuracy]")];
  const more = form.querySelector("[data-place-more]");
  const change = form.querySelector("[data-change]");
  const locate = form.querySelector("[data-locate]");
  let asked = false;
  let chosen = false; // a place that a person took; the phone's own does not come over it

  const has = () => lng.value.trim() !== "" && lat.value.trim() !== "";

  function unfold(open) {
    more.hidden = !open;
    change.setAttribute("aria-expanded", String(open));
  }

  function here({ coords }) {
    if (chosen) return;
    lng.value = coords.longitude.toFixed(6);
    lat.value = coords.latitude.toFixed(6);
    area.textContent = word("located");
    const how = document.createElement("b");
    how.textContent = word(coords.accuracy <= EXACT ? "exact" : "rough");
    accuracy.replaceChildren(how, ` ${word("metres", { n: Math.round(coords.accuracy) })}`);
    found();
  }

  function take(point, words) {
    chosen = true;
    lng.value = point.lng.toFixed(6);
    lat.value = point.lat.toFixed(6);
    area.textContent = word("located");
    accuracy.textContent = words;
    found();
  }

  function nowhere() {
    if (!has()) area.textContent = word("no-place");
    unfold(true);
  }

  function ask() {
    asked = true;
    area.textContent = word("locating");
    const how = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 15_000 };
    navigator.geolocation.getCurrentPosition(here, nowhere, how);
  }

  async function askIfAllowed() {
    const may = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
    if (may?.state === "granted" && !asked && !has()) ask();
  }

  change.hidden = false;
  unfold(false);
  change.addEventListener("click", () => unfold(more.hidden));
  for (const field of [lng, lat]) field.addEventListener("change", () => has() && found());
  if (navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", () => {
      chosen = false;
      ask();
    });
    askIfAllowed();
  }
  return {
    has,
    take,
    unfold,
    name: (words) => (area.textContent = words),
    askOnce: () => !asked && !has() && navigator.geolocation && ask(),
    point: () => ({ lng: lng.value.trim(), lat: lat.value.trim() }),
  };
}
