// Today's patrol: the recording sign, the next point, confirming, passing over, the end. What is recorded: recorder.js;
// what is kept and sent: walk.js. Without this script the same page works by plain forms.

import { items, unsent } from "./outbox.js";
import { Ground } from "./patrol-map.js";
import { closing, panel } from "./patrol-panels.js";
import * as range from "./range.js";
import { Recorder } from "./recorder.js";
import { clock, word } from "./words.js";
import * as walk from "./walk.js";

const page = document.querySelector("[data-walk]");
const told = JSON.parse(page.dataset.walk);
const api = page.dataset.api;
const find = (name) => document.querySelector(`[data-${name}]`);
const ground = find("map") && told.frame ? new Ground(find("map"), told.frame) : null;
const SETTLE = 3_000;
const SAID = 12_000;

let state = null;
let recorder = null;
let fix = null;
let isDenied = false;
// Without a signal this page stands in for the page of each point, and for itself with a point chosen.
const asked = Number(location.href.match(/(?:stop=|stops\/)(\d+)/)?.[1]);
const byId = (id) => told.stops.find((stop) => stop.id === id);
let next = byId(asked) ?? byId(told.here) ?? null;

// ---- what is said ----
let silence = null;

function say(words) {
  const place = find("said");
  place.textContent = words;
  place.hidden = !words;
  clearTimeout(silence);
  silence = setTimeout(() => (place.hidden = true), SAID);
}

function showFace(name) {
  for (const part of document.querySelectorAll("[data-face]")) part.hidden = part.dataset.face !== name;
}

function showSign() {
  const isOn = !isDenied && Boolean(navigator.geolocation);
  const words = isOn ? word(fix ? "rec" : "rec-wait") : word("rec-none");
  if (find("rec-words").textContent !== words) find("rec-words").textContent = words;
  find("rec-dot").hidden = !(isOn && fix);
  const seconds = Math.max(0, Math.floor((Date.now() - state.started) / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  find("rec-time").textContent = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function showLight(is) {
  find("rec-lit").hidden = false;
  find("rec-lit").classList.toggle("not", is !== "lit");
  find("rec-lit-words").textContent = word(is === "lit" ? "lit" : "lit-not");
}

function showPoint() {
  find("here").hidden = !next;
  find("all-seen").hidden = Boolean(next);
  find("skip").hidden = !next;
  for (const lines of document.querySelectorAll("[data-lines]")) lines.hidden = Number(lines.dataset.lines) !== next?.id;
  const seen = told.stops.filter((stop) => stop.state === "seen").length;
  find("count").textContent = `${seen}/${told.stops.length}`;
  ground?.mark(told.stops, next);
  // Behind a hash: the page of reports is kept on the phone by its bare address.
  const from = next && new URLSearchParams({ lng: next.lng.toFixed(6), lat: next.lat.toFixed(6), place: next.name });
  find("problem").href = page.dataset.report + (from ? `#${from}` : "");
  if (!next) return;
  find("here-place").textContent = next.place;
  if (find("here-name").textContent !== next.name) {
    find("here-name").textContent = next.name;
    find("here-why").textContent = document.querySelector(`[data-row="${next.id}"] small`)?.textContent ?? "";
  }
  find("way").href = `geo:${next.lat},${next.lng}?q=${next.lat},${next.lng}`;
  showRange();
}

function showRange() {
  if (!next) return;
  const found = range.verdict(next, fix, told.rule, isDenied);
  range.show(find("range"), found, next, fix);
  // Read aloud once a change, not at each step.
  if (find("range").dataset.state !== found.state) document.getElementById("say").textContent = word(found.state, found.figures);
  find("range").dataset.state = found.state;
  const name = { ok: "ok", far: "far" }[found.state] ?? "photo";
  find("confirm").classList.toggle("pri", found.state !== "far");
  find("confirm").dataset.how = name;
  find("confirm-words").textContent = word(`button-${name}`);
}

// ---- what is done ----
function found() {
  const chosen = document.querySelectorAll(`[data-lines="${next.id}"] input:checked`);
  return Object.fromEntries([...chosen].map((input) => [input.dataset.line, input.value]));
}

async function confirm(more = {}) {
  const stop = next;
  try {
    await walk.reach(api, state, stop, { fix: isDenied ? null : fix, found: found(), ...more });
  } catch (error) {
    return say(word(error.name === "Full" ? "full" : "saved"));
  }
  stop.state = "seen";
  say(`${stop.name}: ${word("done", { time: clock(Date.now()) })} ${word("done-more")}`);
  goOn();
}

function goOn() {
  next = told.stops.find((stop) => stop.state === "ahead") ?? null;
  showPoint();
}

async function pass(reason) {
  const stop = next;
  try {
    await walk.pass(api, state, stop, reason);
  } catch (error) {
    return say(word(error.name === "Full" ? "full" : "saved"));
  }
  stop.state = "skipped";
  say(`${stop.name}: ${word("passed")}`);
  goOn();
}

async function end() {
  recorder?.stop();
  await walk.finish(api, state);
  const until = Date.now() + SETTLE;
  while (Date.now() < until && (await unsent()).length) await new Promise((resolve) => setTimeout(resolve, 200));
  // Without a signal only the page itself is kept on the phone.
  location.assign((await unsent()).length ? page.dataset.page : `${page.dataset.page}?ended=1`);
}

// ---- on the way ----
function setOut() {
  showFace("walk");
  for (const stop of told.stops) {
    if (state.seen[stop.id]) stop.state = "seen";
    else if (state.passed[stop.id] && stop.state === "ahead") stop.state = "skipped";
  }
  if (!next || next.state !== "ahead") next = told.stops.find((stop) => stop.state === "ahead") ?? null;
  recorder = new Recorder(told.rule, state, {
    onFix(position) {
      fix = position;
      isDenied = false;
      ground?.drawMe(position);
      find("centre")?.removeAttribute("hidden");
      showSign();
      showRange();
    },
    onKept() {
      walk.save(state);
      ground?.drawTrack(state);
      walk.pack(api, state).catch(() => say(word("full")));
    },
    onTell(what) {
      if (what === "denied") isDenied = true;
      else showLight(what);
      showSign();
      showRange();
    },
  });
  recorder.start();
  ground?.drawTrack(state);
  setInterval(showSign, 1000);
  showSign();
  showPoint();
}

// The house may have ended this walk while the phone slept; one that it does not know yet is still in the outbox.
async function isOver(kept) {
  if (told.patrol?.key === kept.key) return false;
  const waiting = (await items()).some((item) => item.uuid === kept.key && item.state !== "sent");
  if (waiting) return false;
  try {
    const answer = await fetch(`${api}${kept.key}`, { headers: { Accept: "application/json" }, cache: "no-store" });
    return answer.status === 404 || (answer.ok && (await answer.json()).ended_at !== null);
  } catch {
    return false;
  }
}

async function resume() {
  if (told.patrol && walk.isEnded(told.patrol)) {
    told.patrol = null;
    showFace("start");
  }
  const kept = walk.load();
  if (kept && !(await isOver(kept))) state = kept;
  else if (kept) walk.forget();
  if (!state && told.patrol) {
    state = walk.follow(told.patrol);
    walk.save(state);
  }
  if (state) setOut();
}

find("start")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    state = await walk.begin(api, told);
  } catch {
    return event.target.submit(); // no room for an outbox: the plain form
  }
  setOut();
});
find("confirm").addEventListener("click", (event) => {
  event.preventDefault();
  if (find("confirm").dataset.how === "ok") confirm();
  else if (find("confirm").dataset.how === "photo") panel("photo").open();
});
find("centre")?.addEventListener("click", () => ground.turn());
panel("photo").on(({ photo, reason }) => confirm({ photo, reason }));
panel("skip").on(pass);
closing(() => ({ told, state }), end);
resume();
