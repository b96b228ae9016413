// 拍照上报: the photo, the place by itself, what is near by, a chip, a word, 提交. All of it is kept on the phone at once, as
// a draft, then in the outbox (outbox.js sends it). Without this script the form is sent as forms are.

import { dropDraft, isShort, loadDraft, put, saveDraft, uuid } from "./outbox.js";
import { placeIn } from "./photo-place.js";
import { shrink } from "./picture.js";
import { placeOf } from "./place.js";
import { metresBetween } from "./recorder.js";
import { voiceOf } from "./voice.js";
import { icon, make, word } from "./words.js";

const MOST = 6;
const NEAR = 30; // metres between a photo's place and the report's that are worth a question
const SHOWN_FOR = 1_500;
const DRAFT = "report";
const form = document.querySelector("[data-report]");
const part = (name) => form.querySelector(`[data-${name}]`) ?? document.querySelector(`[data-${name}]`);
const [words, select, submit, chips, say] = [form.elements.words, form.elements.category, part("submit"), part("chips"), part("say")];
const place = placeOf(form, onPlace);
const voice = voiceOf(form, { changed: onSpoken, tell });
let pictures = []; // { blob, url, at }
let busy = false;

// ---- photos ----
function showPictures() {
  for (const shot of form.querySelectorAll(".shot")) shot.remove();
  pictures.forEach((picture, number) => {
    const image = make("img", { class: "ph", src: picture.url, alt: word("photo", { n: number + 1 }) });
    const remove = make("button", { class: "x", type: "button", "aria-label": word("delete-photo", { n: number + 1 }) }, make("span", {}, icon("close")));
    remove.addEventListener("click", () => takeAway(picture));
    part("add").before(make("figure", { class: "shot" }, image, remove));
  });
  part("add").hidden = pictures.length >= MOST;
  part("add-word").textContent = word(pictures.length ? "more-photo" : "first-photo");
  part("add-count").textContent = `${pictures.length}/${MOST}`;
  showPhotoPlace();
  showButton();
}

// The place of the first photo that has one, proposed where the report has none or another one.
function showPhotoPlace() {
  const at = pictures.find((picture) => picture.at)?.at;
  const { lng, lat } = place.point();
  const away = at && place.has() ? Math.round(metresBetween(at, { lng: Number(lng), lat: Number(lat) })) : Infinity;
  part("photo-place").hidden = !at || away < NEAR;
  part("photo-place-away").textContent = Number.isFinite(away) ? word("photo-place-away", { n: away }) : "";
}

part("photo-place").addEventListener("click", () => {
  place.take(pictures.find((picture) => picture.at).at, word("photo-place-taken"));
  part("change").focus();
});

function takeAway(picture) {
  URL.revokeObjectURL(picture.url);
  pictures = pictures.filter((other) => other !== picture);
  showPictures();
  keepDraft();
}

async function take(input) {
  const files = [...input.files];
  place.askOnce();
  for (const file of files) {
    if (pictures.length >= MOST) {
      tell(word("too-many"));
      break;
    }
    try {
      const at = await placeIn(file); // read first: to draw it anew takes it out
      const blob = await shrink(file);
      pictures.push({ blob, url: URL.createObjectURL(blob), at });
      showPictures();
    } catch {
      tell(word("unreadable", { name: file.name }));
    }
  }
  input.value = ""; // they are kept as blobs; the same file may be chosen again
  await keepDraft();
}

function onSpoken() {
  place.askOnce();
  showButton();
  keepDraft();
}

const anything = () => pictures.length > 0 || words.value.trim() !== "" || voice.spoken() !== null;

// ---- what is said when something is in the way ----
function tell(sentence, button) {
  say.replaceChildren(icon("alert"), make("span", { text: sentence }), ...(button ? [button] : []));
  say.hidden = false;
  say.scrollIntoView({ block: "center" });
}

// ---- near by ----
let near = [];

async function onPlace() {
  keepDraft();
  showPhotoPlace();
  showButton();
  const { lng, lat } = place.point();
  const query = new URLSearchParams({ lng, lat, datum: form.elements.datum.value });
  try {
    const answer = await fetch(`${form.dataset.near}?${query}`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) return;
    const told = await answer.json();
    place.name(told.area || word("outside"));
    near = told.near;
    showNear();
  } catch {
    // Without a network nothing is known of what is near by; the desk sees what is alike.
  }
}

function showNear() {
  const [first] = near;
  part("dup").hidden = !first;
  if (!first) return;
  part("dup-title").textContent = word("near-title", { n: near.length, ago: first.ago });
  const lines = [`${first.category} · ${word("near-metres", { n: first.metres })}`, [first.department, first.status].filter(Boolean).join(" · ")];
  part("dup-more").replaceChildren(lines[0], make("br"), lines[1]);
  part("dup-photo").replaceChildren(first.photo ? make("img", { class: "ph", src: first.photo, alt: "" }) : icon("dup"));
}

part("other").addEventListener("click", () => {
  near = near.slice(1);
  showNear();
});
part("same").addEventListener("click", () => {
  const { number } = near[0];
  keep({ same_as: number, words: words.value.trim() }, word("same-title", { number }));
});

// ---- what it is ----
const options = [...select.options].filter((option) => option.value);
const frequent = [...chips.children].map((chip) => chip.value);
const pairsOf = (text) => new Set([...text].slice(1).map((letter, at) => text[at] + letter));

// Items whose name shares most with the words first, then what is reported most.
function suggest() {
  const pairs = pairsOf(words.value.trim());
  const fits = ({ text }) => [...pairsOf(text)].filter((pair) => pairs.has(pair)).length;
  const fitting = options.filter(fits).sort((one, other) => fits(other) - fits(one));
  const codes = [...new Set([select.value, ...fitting.slice(0, 3).map((option) => option.value), ...frequent].filter(Boolean))];
  showChips(codes.slice(0, 3), fitting.length > 0);
}

function showChips(codes, guessed) {
  const byCode = Object.fromEntries(options.map((option) => [option.value, option]));
  const made = codes.map((code) => {
    const on = code === select.value;
    const face = [on && icon("check", "s"), make("span", { text: byCode[code]?.text ?? "" })];
    return make("button", { class: on ? "chip on" : "chip", type: "button", value: code, "aria-pressed": String(on) }, ...face);
  });
  chips.replaceChildren(...made);
  chips.hidden = made.length === 0;
  if (chips.hidden) part("all").hidden = false; // nothing to go by yet
  part("guessed").hidden = !guessed;
}

function pressChips() {
  const codes = [...chips.children].map((chip) => chip.value);
  const chosen = select.value && !codes.includes(select.value) ? [select.value, ...codes.slice(0, 2)] : codes;
  showChips(chosen, !part("guessed").hidden);
  const { urgent, accept, handle, handler } = select.selectedOptions[0]?.dataset ?? {};
  const promised = [
    accept && word("promise-accept", { limit: accept }),
    handle && word("promise-handle", { limit: handle }),
  ].filter(Boolean); // prettier-ignore
  part("promise").classList.toggle("urgent", urgent !== undefined);
  part("urgent-word").hidden = urgent === undefined;
  part("promise").hidden = urgent === undefined && promised.length === 0 && !handler;
  part("promised").textContent = promised.join(word("promise-comma"));
  part("goes-to").textContent = handler ? `${promised.length ? " · " : ""}${word("goes-to", { department: handler })}` : "";
  showButton();
}

chips.addEventListener("click", (event) => {
  const chip = event.target.closest("button");
  if (!chip) return;
  select.value = chip.value;
  pressChips();
  chips.querySelector('[aria-pressed="true"]')?.focus();
  keepDraft();
});
select.addEventListener("change", () => {
  pressChips();
  keepDraft();
});
part("all-open").addEventListener("click", (event) => {
  event.preventDefault();
  part("all").hidden = false;
  select.focus();
  select.showPicker?.();
});

// ---- the button: never grey, it names what is missing and leads there ----
function missing() {
  if (!anything()) return "photo";
  if (!place.has()) return "place";
  return select.value ? "" : "category";
}

function face(text, drawing, ...classes) {
  submit.className = ["btn big wide", ...classes].join(" ");
  submit.replaceChildren(...[drawing && icon(drawing), text].filter(Boolean));
}

const LOOKS = { photo: "camera", place: "pin", category: "list" };

function showButton() {
  if (busy) return;
  const lack = anything() ? missing() : "";
  if (lack) face(word(`miss-${lack}`), LOOKS[lack], "btn-miss");
  else face(word("submit"), "", "pri");
}

function lead(lack) {
  face(word(`miss-${lack}`), LOOKS[lack], "btn-miss");
  if (lack === "photo") return part("camera").click();
  if (lack === "place") place.unfold(true);
  const field = lack === "place" ? form.elements.place : (chips.firstElementChild ?? select);
  field.scrollIntoView({ block: "center" });
  return field.focus();
}

// ---- keeping it ----
const said = () => ({
  ...place.point(), datum: form.elements.datum.value, place: form.elements.place.value.trim(), category: select.value,
  words: words.value.trim(), ...(form.elements.new_facts?.checked ? { new_facts: true } : {}),
}); // prettier-ignore

async function keep(body, title) {
  if (voice.busy()) return voice.stop(); // it is heard before it is sent
  if (busy) return;
  busy = true;
  face(word("saving"), "cloud-up", "pri");
  const id = uuid();
  const blobs = pictures.map((picture) => picture.blob);
  try {
    await put("report", id, `/api/v1/reports/${id}`, { ...body, device_at: new Date().toISOString() }, blobs, { title, draft: DRAFT, spoken: voice.spoken() });
    face(word("saved"), "check", "btn-ok");
    setTimeout(() => location.assign(form.dataset.home), SHOWN_FOR);
  } catch (error) {
    busy = false;
    showButton();
    if (error.name !== "Full") return tell(word("failed"));
    const alone = make("button", { class: "btn", type: "button", text: word("words-alone") });
    alone.addEventListener("click", () => {
      pictures = [];
      voice.take(null, 0);
      keep({ ...body, words: words.value.trim() || select.selectedOptions[0]?.text }, title);
    });
    tell(word("full"), pictures.length || voice.spoken() ? alone : undefined);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const lack = missing();
  if (lack) return lead(lack);
  const where = form.elements.place.value.trim() || part("area").textContent;
  const item = select.selectedOptions[0].text;
  keep(said(), `${words.value.trim() || (voice.spoken() ? word("spoken-title", { item }) : item)} · ${where}`);
});

// ---- the draft ----
let drafting = Promise.resolve();

function keepDraft() {
  if (busy) return drafting;
  if (!anything() && !select.value) return forgetDraft();
  const blobs = pictures.map((picture) => picture.blob);
  const draft = { ...said(), area: part("area").textContent, blobs, spoken: voice.spoken() };
  drafting = drafting.then(() => saveDraft(DRAFT, draft)).then(onKept, (error) => onNotKept(error, draft));
  return drafting;
}

// What was thrown away does not come back with the draft; but a place found is no reason to forget what is not read yet.
let restored = false;

function forgetDraft() {
  if (restored) drafting = drafting.then(() => dropDraft(DRAFT)).then(() => (part("draft").hidden = true), () => {}); // prettier-ignore
  return drafting;
}

let warned = false;
async function onKept() {
  part("draft").hidden = false;
  if (warned || !(await isShort())) return;
  warned = true;
  tell(word("short"));
}

// The words at least, where the photos and what was spoken have no room.
function onNotKept(error, draft) {
  if (error.name !== "Full") return;
  tell(word("full"));
  return saveDraft(DRAFT, { ...draft, blobs: [], spoken: null }).catch(() => {});
}

async function restore() {
  const draft = await loadDraft(DRAFT).catch(() => null);
  if (!draft || pictures.length) return;
  for (const name of ["words", "place", "lng", "lat"]) if (!form.elements[name].value) form.elements[name].value = draft[name] ?? "";
  if (!select.value) select.value = draft.category ?? "";
  if (draft.area && place.has()) place.name(draft.area);
  if (draft.new_facts) form.append(make("input", { type: "checkbox", name: "new_facts", checked: true, hidden: true }));
  pictures = (draft.blobs ?? []).map((blob) => ({ blob, url: URL.createObjectURL(blob) }));
  if (draft.spoken) voice.take(draft.spoken.blob, draft.spoken.seconds);
  part("draft").hidden = false;
}

// ---- begin ----
form.noValidate = true;
part("all").hidden = true;
part("all-open").hidden = false;
for (const name of ["camera", "album"]) part(name).addEventListener("change", (event) => take(event.target));
words.addEventListener("input", () => {
  suggest();
  showButton();
});
words.addEventListener("change", keepDraft);
form.elements.place.addEventListener("change", keepDraft);
await restore();
restored = true;
suggest();
pressChips();
showPictures();
if (place.has()) onPlace();
document.documentElement.dataset.ready = "report";

