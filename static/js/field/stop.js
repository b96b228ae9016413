// The page of one point where the signal was lost after it was opened: what its two forms say goes into the outbox, as on
// the patrol page. Without this script, or before the walk has begun, they are sent as forms are.

import { shrink } from "./picture.js";
import { word } from "./words.js";
import * as walk from "./walk.js";

const page = document.querySelector("[data-stop]");
const { stop, patrol, api, home } = JSON.parse(page.dataset.stop);

function complain(words) {
  const place = page.querySelector("[data-say]");
  place.textContent = words;
  place.hidden = false;
  place.scrollIntoView({ block: "center" });
}

function found(form) {
  const chosen = [...form.querySelectorAll("input[type=radio]:checked")].filter((input) => input.value);
  return Object.fromEntries(chosen.map((input) => [input.name.replace("line_", ""), input.value]));
}

async function reach(state, form) {
  const { photo, reason, note } = form.elements;
  const picture = await shrink(photo.files[0]);
  const said = { reason: reason.value.trim(), note: note.value.trim(), found: found(form), photo: picture };
  await walk.reach(api, state, stop, { fix: null, ...said });
}

const pass = (state, form) => walk.pass(api, state, stop, form.elements.reason.value.trim());

function keep(form, act) {
  form?.addEventListener("submit", async (event) => {
    const state = walk.going(patrol);
    if (!state) return;
    event.preventDefault();
    try {
      await act(state, form);
      location.assign(home);
    } catch (error) {
      complain(word(error.name === "Full" ? "full" : "no-photo"));
    }
  });
}

keep(page.querySelector("[data-reach]"), reach);
keep(page.querySelector("[data-pass]"), pass);
document.documentElement.dataset.ready = "stop";
