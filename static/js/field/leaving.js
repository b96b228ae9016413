// Nobody signs out by mistake while something of his is still on this phone. Also on the desk, which has no outbox: there
// the form itself bears the person's key and the words.

import * as store from "./store.js";
import { make, word } from "./words.js";

const isSignOut = (form) => form.method === "post" && new URL(form.action, location.href).pathname === "/logout/";
const userOf = (form) => form.dataset.user ?? document.querySelector('meta[name="field-user"]')?.content ?? "";
const say = (form, name, n) => form.dataset[name]?.replace("{n}", n) ?? word(name, { n });

function isSure(form, count) {
  const stay = make("button", { class: "btn pri btn-main", type: "button", text: say(form, "leaveStay") });
  const go = make("button", { class: "btn danger", type: "button", text: say(form, "leaveGo") });
  const heading = make("h2", { id: "leave-title", text: say(form, "leaveTitle", count) });
  const words = make("p", { text: say(form, "leaveText") });
  const dialog = make("dialog", { class: "ask", "aria-labelledby": heading.id }, heading, words, make("div", { class: "pair" }, go, stay));
  document.body.append(dialog);
  return new Promise((resolve) => {
    stay.addEventListener("click", () => dialog.close("stay"));
    go.addEventListener("click", () => dialog.close("go"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "go");
    });
    dialog.showModal();
    stay.focus();
  });
}

async function leave(form) {
  const there = userOf(form) && (await store.exists().catch(() => false));
  const count = there ? await store.waitingOf(userOf(form)).catch(() => 0) : 0;
  if (count && !(await isSure(form, count))) return;
  // What was only convenient to know goes; what waits stays, sealed to its user.
  if (there) await store.forgetRef().catch(() => {});
  form.submit();
}

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !isSignOut(event.target)) return;
  event.preventDefault();
  leave(event.target);
});
