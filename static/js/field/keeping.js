// The lists of tasks: asks the service worker to keep what they lead to for when there is no signal, and marks the tasks
// of which something still waits on this phone.

import { unsent } from "./outbox.js";
import { make, word } from "./words.js";

const numberOf = (item) => item.path.match(/^\/api\/v1\/orders\/([\w-]+)\/steps\//)?.[1];

async function mark() {
  for (const old of document.querySelectorAll("[data-waits]")) old.remove();
  for (const item of await unsent()) {
    const number = item.kind === "step" && numberOf(item);
    const row = number && document.querySelector(`a[href="/field/tasks/${number}/"] .t`);
    if (!row || row.querySelector("[data-waits]")) continue;
    const words = word(item.state === "need" ? "step-needs" : "step-waits");
    row.append(make("small", { class: "waits", data: { waits: "" }, text: `${words} · ${item.title.split(/[:：]/)[0]}` }));
  }
}

const again = () => mark().catch(() => {});
document.addEventListener("outbox:changed", again);
document.addEventListener("live:swapped", again);
again();
if ("serviceWorker" in navigator) navigator.serviceWorker.ready.then((one) => one.active?.postMessage("keep"), () => {});
