// What every phone page does beside its own business: the service worker, the bar of what is unsent, a new version.

import "./leaving.js";
import { isLate, told, unsent } from "./outbox.js";
import { make, word } from "./words.js";

// ---- the bar ----
const bar = document.querySelector("[data-unsent]");

function why(waiting) {
  if (told.sending) return word("sending");
  if (waiting.some((item) => item.state === "need")) return word("needs-you");
  if (waiting.some((item) => item.why === "auth")) return word("signed-out");
  if (waiting.some((item) => item.why === "net")) return word("no-net");
  return waiting.some((item) => item.why === "server" || item.why === "busy") ? word("busy") : word("about-to");
}

async function showUnsent() {
  const waiting = await unsent();
  bar.hidden = waiting.length === 0;
  if (bar.hidden) return;
  const late = waiting.filter(isLate);
  bar.classList.toggle("late", late.length > 0);
  const hours = Math.floor((Date.now() - Math.min(...waiting.map((item) => item.made))) / 3600_000);
  const lines = late.length
    ? [word("late", { n: late.length, hours }), word("late-more")]
    : [`${word("unsent", { n: waiting.length })} · ${why(waiting)}`, word("unsent-more")];
  bar.querySelector("[data-unsent-words]").textContent = lines[0];
  bar.querySelector("[data-unsent-more]").textContent = lines[1];
}

if (bar) {
  const show = () => showUnsent().catch(() => {});
  document.addEventListener("outbox:changed", show);
  setInterval(() => document.hidden || show(), 60_000);
  show();
}

// ---- a new version waits until a person says so: he may be in the middle of something ----
function offer(worker) {
  if (document.querySelector("[data-update]")) return;
  const button = make("button", { class: "unsent update", type: "button", data: { update: "" }, text: word("update") });
  button.addEventListener("click", () => worker.postMessage("take over"));
  (document.querySelector(".screen") ?? document.body).prepend(button);
}

async function register() {
  const known = navigator.serviceWorker.controller;
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  if (registration.waiting && known) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
    });
  });
  if (known) navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
}

if ("serviceWorker" in navigator) register().catch(() => {}); // without one everything but the offline pages works
