// The outbox, as pages know it: put something in and it is kept until the house has all of it (store.js, send.js).
//
//   await put(kind, uuid(), path, body, [blob, …], { title, draft, spoken })   resolves once it is kept on this phone;
//     spoken: { blob, seconds } of a report that was (also) spoken
//   throws "Full" (no room; nothing was kept) or "Frozen" (that path was sent with other content)
//
// Each change fires `outbox:changed` on the document, in every tab.

import { digestOf, NOW, onNews, pass, SPOKEN, told } from "./send.js";
import * as store from "./store.js";

const EVERY = 30_000;
const DAY = 24 * 3600_000;
const MONTH = 30 * DAY;
const ROOM = 50 * 1024 * 1024;
// What belongs together goes in its order: a patrol with all of its parts, the steps of one order.
const GROUP = /^\/api\/v1\/(?:patrols\/[0-9a-f-]{36}|orders\/[\w-]+)/;
const WITH_DIGESTS = new Set(["report", "step"]);
const channel = "BroadcastChannel" in window ? new BroadcastChannel("outbox") : null;

export const me = () => document.querySelector('meta[name="field-user"]')?.content ?? "";
export const uuid = () => crypto.randomUUID();
export const isLate = (item) => item.state !== "sent" && Date.now() - item.made > DAY;
export { told };

// A long queue moves quickly; whoever listens looks at all of it. Ten times a second is enough.
let soon = null;
function announce() {
  soon ??= setTimeout(() => {
    soon = null;
    document.dispatchEvent(new CustomEvent("outbox:changed"));
  }, 100);
}

function tellAll() {
  announce();
  channel?.postMessage("changed");
}

onNews(tellAll);
channel?.addEventListener("message", announce);

// ---- in ----
export async function put(kind, id, path, body, blobs = [], { title = "", draft = "", spoken = null } = {}) {
  const digests = await Promise.all(blobs.map(digestOf));
  const recording = spoken ? await digestOf(spoken.blob) : "";
  const heard = spoken ? { recording_digest: recording, recording_seconds: spoken.seconds || undefined } : {};
  const whole = WITH_DIGESTS.has(kind) ? { ...body, photo_digests: digests, ...heard } : body;
  const item = {
    user: me(), kind, uuid: id, path, group: path.match(GROUP)?.[0] ?? path, title, body: JSON.stringify(whole), digests,
    recording, digest: `${JSON.stringify(whole)} ${digests}`, made: Date.now(), state: "waiting", open: 1, attempted: false, taken: false,
    arrived: [], number: "", tries: 0, next: 0, why: "", problem: null,
  }; // prettier-ignore
  const parts = blobs.map((blob, place) => ({ n: place + 1, blob, digest: digests[place] }));
  if (spoken) parts.push({ n: SPOKEN, blob: spoken.blob, digest: recording });
  await noRoom(store.keep(item, parts, draft && keyOf(draft)));
  tellAll();
  send();
}

async function noRoom(work) {
  try {
    return await work;
  } catch (error) {
    if (error.name === "QuotaExceededError") throw Object.assign(new Error("no room"), { name: "Full" });
    throw error;
  }
}

// ---- what is there ----
export const items = () => store.rows(me());
export const unsent = () => store.openRows(me());
export const count = () => store.waitingOf(me());
export const blobsOf = store.blobsOf;

// ---- what a person may do ----
export const send = () => pass(me(), true).catch(() => {});
export const sendNow = () => pass(me(), NOW).catch(() => {});

export async function again(seq) {
  await store.change(seq, { state: "waiting", problem: null, next: 0, why: "" });
  return sendNow();
}

export async function leaveOut(seq, n) {
  const item = await store.row(seq);
  await store.change(seq, { left_out: [...(item?.left_out ?? []), n] });
  return again(seq);
}

export async function discard(seq) {
  await store.drop(seq);
  tellAll();
}

// ---- drafts: each person's own ----
const keyOf = (name) => `${me()}:${name}`;
export const loadDraft = (name) => store.loadDraft(keyOf(name));
export const dropDraft = (name) => store.dropDraft(keyOf(name));

export async function saveDraft(name, draft) {
  await noRoom(store.saveDraft({ ...draft, key: keyOf(name), user: me(), at: Date.now() }));
  await askToKeep();
}

// Browsers clear what nobody asked them to keep; asked once, at the first draft.
let askedToKeep = false;
async function askToKeep() {
  if (askedToKeep || !navigator.storage?.persist) return;
  askedToKeep = true;
  if (!(await navigator.storage.persisted())) await navigator.storage.persist();
}

export async function isShort() {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota - usage < ROOM;
}

// ---- when ----
async function forgetOld() {
  for (const item of await items()) {
    if (item.state === "sent" && Date.now() - item.settled_at > MONTH) await store.drop(item.seq);
  }
}

let wake = null;
async function sleepUntilNext() {
  clearTimeout(wake);
  if (document.hidden) return;
  const waits = (await unsent()).filter((item) => item.state === "waiting").map((item) => item.next - Date.now());
  if (waits.length) wake = setTimeout(() => pass(me()).catch(() => {}), Math.min(EVERY, Math.max(1_000, Math.min(...waits))));
}

if (me() && "indexedDB" in window) {
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  document.addEventListener("outbox:changed", () => sleepUntilNext().catch(() => {}));
  setInterval(() => document.hidden || pass(me()).catch(() => {}), EVERY);
  forgetOld().then(send, () => {});
}
