// Single-letter keys: j and k move over [data-row], x selects, / searches, ? lists the keys; any other letter presses
// the visible [data-key] of that name. Never while somebody writes; the list's own box switches all of them off.

const panel = document.getElementById("shortcuts");
const box = document.querySelector("[data-shortcuts-on]");
const KEPT = "shortcuts-off";
let before = null; // what had the focus when the panel opened
let anchor = ""; // the number of the row where a range of ticks began; the row itself may be swapped meanwhile

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
const linkOf = (row) => row.querySelector("[data-row-link]") ?? row.querySelector("a[href]");
const rowInHand = () => document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row][aria-current]");

function isWriting(event) {
  return event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

// What is being exchanged for another order's ([aria-busy], desk.js) is pressed no more: the letter was not meant for it.
function press(key) {
  const meant = (item) => item.offsetParent !== null && !item.closest("[aria-busy='true']");
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(meant);
  target?.click();
  return Boolean(target);
}

function move(by) {
  const all = rows();
  if (all.length === 0) return press(by > 0 ? "j" : "k");
  const here = all.indexOf(rowInHand());
  const onFocus = all[here]?.contains(document.activeElement);
  const next = here < 0 ? 0 : Math.min(Math.max(here + (onFocus ? by : 0), 0), all.length - 1);
  linkOf(all[next])?.focus();
  return true;
}

function tick(row, on) {
  const check = row.querySelector("input[type=checkbox]");
  if (!check || check.checked === on) return;
  check.checked = on;
  check.dispatchEvent(new Event("change", { bubbles: true }));
}

function select(range) {
  const row = rowInHand();
  const check = row?.querySelector("input[type=checkbox]");
  if (!check) return false;
  const all = rows();
  const to = all.indexOf(row);
  const begun = all.findIndex((each) => each.dataset.number === anchor);
  const from = range && begun >= 0 ? begun : to;
  const on = range ? true : !check.checked;
  for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) tick(each, on);
  anchor = row.dataset.number;
  return true;
}

function togglePanel(show = panel.hidden) {
  if (show) before = document.activeElement;
  panel.hidden = !show;
  if (show) panel.focus();
  else before?.focus?.();
  return true;
}

function search() {
  document.getElementById("find")?.focus();
  return true;
}

const moves = {
  j: () => move(1),
  k: () => move(-1),
  x: () => select(false),
  X: () => select(true),
  "/": search,
  "?": () => togglePanel(),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.key === "Escape" && panel && !panel.hidden) return void togglePanel(false);
  if (isWriting(event) || event.key.length !== 1) return;
  if (localStorage.getItem(KEPT) && event.key !== "?") return;
  const done = Object.hasOwn(moves, event.key) ? moves[event.key]() : press(event.key);
  if (done) event.preventDefault();
}

document.addEventListener("keydown", onKey);
document.querySelector("[data-close-shortcuts]")?.addEventListener("click", () => togglePanel(false));
document.querySelector("[data-show-shortcuts]")?.addEventListener("click", () => togglePanel(true));
if (box) {
  box.checked = !localStorage.getItem(KEPT);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, "1")));
}
