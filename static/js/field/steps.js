// Steps of a task, kept on the phone first and sent by the outbox: the form, the number of events that the page knew of,
// the photos. On the page of one task, and on the one that stands in for it without a signal (templates/patrols/kept.html).
// Without this script the forms are sent as forms are.

import { items, loadDraft, put, unsent, uuid } from "./outbox.js";
import { shrink } from "./picture.js";
import { make, word } from "./words.js";

const MOST = 6;
// So long the page waits for an answer before it says that it is kept.
const PATIENCE = 4_000;
const SHOWN_FOR = 1_200;
const AROUND = new Set(["csrfmiddlewaretoken", "seen", "photos"]);

// ---- the page that stands in ----
function showKept() {
  const here = document.querySelector("[data-kept-here]");
  const number = location.pathname.match(/\/field\/tasks\/([\w-]+)\/$/)?.[1];
  if (!here || !number || number === "kept") return;
  const kept = document.querySelector(`template[data-task="${number}"]`);
  document.querySelector("[data-kept-list]").hidden = true;
  document.querySelector("[data-kept-none]").hidden = Boolean(kept);
  if (!kept) return;
  here.append(kept.content.cloneNode(true));
  document.querySelector("[data-heading]").textContent = kept.dataset.doing;
}

showKept();
const forms = [...document.querySelectorAll("form[data-step]")];
const say = document.querySelector("[data-step-say]");

function tell(...parts) {
  say.replaceChildren(make("span", {}, ...parts));
  say.hidden = false;
  say.scrollIntoView({ block: "center" });
}

// ---- one form ----
async function picturesOf(form) {
  const files = [...(form.elements.photos?.files ?? [])];
  if (files.length > MOST) throw Object.assign(new Error("many"), { said: word("step-too-many") });
  const blobs = [];
  for (const file of files) {
    try {
      blobs.push(await shrink(file));
    } catch {
      throw Object.assign(new Error("unreadable"), { said: word("step-unreadable", { name: file.name }) });
    }
  }
  return blobs;
}

function saidIn(form) {
  const told = [...new FormData(form)].filter(([name, value]) => !AROUND.has(name) && typeof value === "string");
  return Object.fromEntries(told.map(([name, value]) => [name, value.trim()]));
}

const draftOf = (number, step) => `step:${number}:${step}`;

async function keep(form) {
  const { step, number, title } = form.dataset;
  const id = uuid();
  const body = { ...saidIn(form), step, base_version: Number(form.elements.seen.value), device_at: new Date().toISOString() };
  const path = `/api/v1/orders/${number}/steps/${id}`;
  await put("step", id, path, body, await picturesOf(form), { title, draft: draftOf(number, step) });
  return id;
}

async function answerTo(id) {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const item = (await items()).find((each) => each.uuid === id);
    if (!item || item.state !== "waiting" || Date.now() > until) return item;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

function sayNeed(item) {
  const go = make("a", { href: "/field/outbox/", text: word("step-need-go") });
  tell(make("b", { text: word("step-need") }), " ", item.problem?.sentence ?? "", " ", go);
}

async function onSubmit(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button:not([type=button])");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const id = await keep(form);
    tell(word("step-kept"));
    const item = await answerTo(id);
    if (item?.state === "need") return sayNeed(item);
    tell(word(item?.state === "sent" ? "step-sent" : "step-kept"));
    setTimeout(() => location.assign("/field/tasks/"), SHOWN_FOR);
  } catch (error) {
    button.disabled = false;
    tell(error.said ?? word("step-full"));
  }
}

// ---- what is under way already, and what came back ----
async function showWaiting() {
  const mine = (await unsent()).filter((item) => item.kind === "step" && item.path.includes(`/${forms[0].dataset.number}/`));
  const need = mine.find((item) => item.state === "need");
  if (need) sayNeed(need);
  else if (mine.length) tell(word("step-waits-here", { title: mine.at(-1).title }));
}

async function restore(form) {
  const { number, step } = form.dataset;
  const draft = await loadDraft(draftOf(number, step));
  if (!draft) return;
  for (const [name, value] of Object.entries(draft.fields ?? {})) if (form.elements[name]) form.elements[name].value = value;
  if (draft.blobs?.length && form.elements.photos) {
    const files = new DataTransfer();
    draft.blobs.forEach((blob, place) => files.items.add(new File([blob], `${place + 1}.jpg`, { type: blob.type })));
    form.elements.photos.files = files.files;
  }
  form.closest("details")?.setAttribute("open", "");
  tell(word("step-draft"));
}

for (const form of forms) form.addEventListener("submit", onSubmit);
if (forms.length) {
  try {
    await showWaiting();
    for (const form of forms) await restore(form);
  } catch {
    // Without a database on this phone the forms are sent as forms are.
    for (const form of forms) form.removeEventListener("submit", onSubmit);
  }
}
document.documentElement.dataset.ready = "steps";
