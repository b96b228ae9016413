// The three things the patrol page asks in a dialog: a photo and a reason, why a point is passed over, whether to end.

import { shrink } from "./picture.js";
import { make, word } from "./words.js";

const dialogs = new Map([...document.querySelectorAll("[data-panel]")].map((dialog) => [dialog.dataset.panel, dialog]));
const NOTHING = { open() {}, on() {} };

for (const dialog of dialogs.values()) {
  dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && dialog.close());
}

function complain(dialog, words) {
  const place = dialog.querySelector("[data-problem-words]");
  place.textContent = words;
  place.hidden = !words;
}

export function panel(name) {
  const dialog = dialogs.get(name);
  if (!dialog) return NOTHING;
  return name === "photo" ? photoPanel(dialog) : skipPanel(dialog);
}

function photoPanel(dialog) {
  const form = dialog.querySelector("form");
  const [file, reason] = [form.querySelector("input[type=file]"), form.querySelector("#p-reason")];
  return {
    open() {
      form.reset();
      complain(dialog, "");
      dialog.showModal();
    },
    on(done) {
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (!file.files.length) return complain(dialog, word("no-photo"));
        if (!reason.value.trim()) return complain(dialog, word("no-reason"));
        try {
          const photo = await shrink(file.files[0]);
          dialog.close();
          done({ photo, reason: reason.value.trim() });
        } catch {
          complain(dialog, word("no-photo"));
        }
      });
    },
  };
}

function skipPanel(dialog) {
  const form = dialog.querySelector("form");
  return {
    open: () => dialog.showModal(),
    on(done) {
      document.querySelector("[data-skip]").addEventListener("click", (event) => {
        event.preventDefault();
        form.reset();
        complain(dialog, "");
        dialog.showModal();
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const reason = form.querySelector("#s-reason").value.trim() || form.querySelector("input:checked")?.value;
        if (!reason) return complain(dialog, dialog.querySelector("h2").textContent);
        dialog.close();
        done(reason);
      });
    },
  };
}

// Ending says first what was not seen, and what was not recorded.
export function closing(now, end) {
  const dialog = dialogs.get("end");
  const find = (name) => dialog.querySelector(`[data-end-${name}]`);
  document.querySelector("[data-end]").addEventListener("click", (event) => {
    const { told, state } = now();
    if (!state) return;
    event.preventDefault();
    const unseen = told.stops.filter((stop) => stop.state !== "seen");
    const figures = { seen: told.stops.length - unseen.length, planned: told.stops.length };
    find("words").textContent = told.stops.length ? word(unseen.length ? "unseen" : "all-seen", figures) : "";
    find("list").replaceChildren(...unseen.map((stop) => make("li", {}, make("div", { class: "row", text: stop.name }))));
    find("list").hidden = find("note").hidden = unseen.length === 0;
    const minutes = Math.round(state.gaps.reduce((sum, [from, until]) => sum + until - from, 0) / 60_000);
    find("gaps").hidden = state.gaps.length === 0;
    find("gaps").textContent = word("gaps", { n: state.gaps.length, minutes });
    dialog.showModal();
  });
  find("now").addEventListener("click", () => {
    find("now").disabled = true;
    end().catch(() => (find("now").disabled = false));
  });
}
