// The call for help. Held for two seconds a ring fills and it goes out; let go, nothing was sent. A keyboard leads to the
// page where it is confirmed. With no signal the phone dials instead, and the call stays in the outbox until it is heard.

import { put, uuid } from "./outbox.js";

const HOLD = 2_000;
const PLACE_WITHIN = 1_500;
const ANSWER_WITHIN = 6_000;
const NUMBER = "tel:110";
const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1] ?? "";

let place = null;

// While the button is held the phone looks for its place; the call never waits for it longer than that.
function look() {
  place = new Promise((resolve) => {
    setTimeout(() => resolve(null), PLACE_WITHIN);
    const found = ({ coords }) => resolve({ lng: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) });
    navigator.geolocation?.getCurrentPosition(found, () => resolve(null), { maximumAge: 60_000, enableHighAccuracy: true, timeout: 10_000 });
  });
}

async function call(url, says, words) {
  says.textContent = words.wordsWait;
  const key = uuid();
  const body = { at: new Date().toISOString(), ...((await place) ?? {}) };
  try {
    const answer = await fetch(`${url}${key}`, {
      method: "PUT",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    navigator.vibrate?.([200, 100, 200]);
    return true;
  } catch {
    says.textContent = words.wordsCall;
    await put("alarm", key, `${url}${key}`, body).catch(() => {});
    location.href = NUMBER;
    return false;
  }
}

// ---- the button that is held ----
for (const button of document.querySelectorAll("[data-sos]")) {
  const says = button.querySelector("[data-sos-says]");
  const usual = [...says.childNodes].map((node) => node.cloneNode());
  let timer = null;

  const rest = (words) => {
    clearTimeout(timer);
    timer = null;
    button.classList.remove("holding");
    if (words) says.textContent = words;
    else says.replaceChildren(...usual.map((node) => node.cloneNode()));
  };
  const letGo = () => {
    if (timer === null) return;
    rest(button.dataset.wordsReleased);
    setTimeout(() => timer === null && !button.classList.contains("sent") && rest(), 3_000);
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || button.classList.contains("sent")) return;
    look();
    button.classList.add("holding");
    says.textContent = button.dataset.wordsHold;
    timer = setTimeout(async () => {
      rest(button.dataset.wordsWait);
      button.classList.add("sent");
      if (!(await call(button.dataset.sosUrl, says, button.dataset))) return button.classList.remove("sent");
      says.textContent = button.dataset.wordsSent;
      location.assign(button.href);
    }, HOLD);
  });
  for (const kind of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(kind, letGo);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("dragstart", (event) => event.preventDefault());
  // A finger's tap calls nobody; a key's press (no finger: detail is 0) leads to the page that asks once more.
  button.addEventListener("click", (event) => event.detail !== 0 && event.preventDefault());
}

// ---- the page that asks once more ----
for (const form of document.querySelectorAll("[data-sos-form]")) {
  const says = form.querySelector("[data-sos-says]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    look();
    if (await call(form.dataset.sosUrl, says, form.dataset)) location.reload();
    else button.removeAttribute("aria-disabled");
  });
}
