// Sends what waits in the outbox: one tab at a time, in order, again and again until the house has answered for it.
// A failed request is the truth, `navigator.onLine` is not. Nothing leaves the phone before its receipt and all its digests.

import * as store from "./store.js";

// A call for help waits behind nothing: it has a lane of its own.
const LANES = { outbox: (item) => item.kind !== "alarm", "outbox-alarm": (item) => item.kind === "alarm" };
const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 15 * 60_000;
const LONGEST_FOR_HELP = 15_000;
const JSON_WITHIN = 30_000;
const BLOB_WITHIN = 120_000;
// Answers that a person can do nothing about: the same again, later.
const LATER = new Set([408, 425, 429, 502, 503, 504]);
// What holds up the whole queue: nobody answers, nobody is signed in, the house has no time. "server" is one item's own.
const HOLDS = new Set(["net", "auth", "busy"]);

export const told = { sending: null, parts: 0, done: 0 };
let news = () => {};
export const onNews = (call) => (news = call);

// ---- one request ----
const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1] ?? "";

async function ask(user, method, path, { body, headers = {}, within }) {
  try {
    const answer = await fetch(path, {
      method,
      body,
      headers: { ...headers, Accept: "application/json", "X-CSRFToken": cookie("csrftoken"), "X-Sent-By": user },
      redirect: "manual", // an ended session is led to the door
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(within),
    });
    if (answer.type === "opaqueredirect") return { kind: "auth" };
    const ours = (answer.headers.get("Content-Type") ?? "").includes("json");
    const said = ours ? await answer.json() : null;
    return verdict(answer.status, said);
  } catch {
    return { kind: "net" };
  }
}

function verdict(status, said) {
  if (status === 401) return { kind: "auth" };
  if (said === null && status !== 500) return { kind: status < 500 ? "net" : "busy" }; // whoever that was, it was not the house
  if (status >= 200 && status < 300) return { kind: "ok", said };
  if (status === 403 && /^CSRF/.test(said.sentence ?? "")) return { kind: "auth" };
  if (status === 500 || said.code === "not_whole") return { kind: "server" };
  if (LATER.has(status)) return { kind: "busy" };
  return { kind: "need", problem: { status, code: said.code ?? "", sentence: said.sentence ?? "", values: said.values, seen: said.state?.seen } };
}

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (digest) => btoa(String.fromCharCode(...digest.match(/../g).map((pair) => parseInt(pair, 16))));

export const digestOf = async (blob) => hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));

// ---- one item ----
// The photos are counted from one; what was spoken goes before them.
export const SPOKEN = 0;
const partsOf = (item) => [...(item.recording ? [SPOKEN] : []), ...item.digests.map((_digest, place) => place + 1)];

function partPath(item, n) {
  if (n === SPOKEN) return `${item.path}/recording`;
  return item.kind === "check_in" ? `${item.path}/photo` : `${item.path}/photos/${n}`;
}

// The house names the photos and the recording that it has; what other kinds of item answer is taken at its word.
function arrivedIn(item, said, n) {
  if (!Array.isArray(said.photos)) return n ? [...item.arrived, n] : item.arrived;
  const photos = said.photos.filter((each) => item.digests[each.place - 1] === each.digest).map((each) => each.place);
  return item.recording && said.recording?.digest === item.recording ? [SPOKEN, ...photos] : photos;
}

function show(item) {
  Object.assign(told, { sending: item.seq, parts: partsOf(item).length + 1, done: item.arrived.length + (item.taken ? 1 : 0) });
  news();
}

async function sendBody(item) {
  const headers = { "Content-Type": "application/json", "X-Device-Now": new Date().toISOString() };
  const answer = await ask(item.user, "PUT", item.path, { body: item.body, headers, within: JSON_WITHIN });
  if (answer.kind !== "ok") return answer;
  const arrived = arrivedIn(item, answer.said, 0);
  return { kind: "ok", item: await store.change(item.seq, { taken: true, number: answer.said.number ?? "", arrived }) };
}

async function sendPart(item, { n, blob, digest }) {
  const headers = { "Content-Type": blob.type || "image/jpeg", "Content-Digest": `sha-256=:${base64(digest)}:` };
  const answer = await ask(item.user, "PUT", partPath(item, n), { body: blob, headers, within: BLOB_WITHIN });
  if (answer.problem?.status === 404) {
    await store.change(item.seq, { taken: false }); // the house has forgotten it, or was put back: from the beginning
    return { kind: "server" };
  }
  if (answer.problem) return { ...answer, problem: { ...answer.problem, part: n } };
  if (answer.kind !== "ok") return answer;
  return { kind: "ok", item: await store.change(item.seq, { arrived: arrivedIn(item, answer.said, n) }) };
}

async function sendAll(item) {
  show(item);
  if (!item.taken) {
    const answer = await sendBody(item);
    if (answer.kind !== "ok") return answer;
    item = answer.item;
  }
  for (const part of await store.blobsOf(item.seq)) {
    if (item.arrived.includes(part.n) || item.left_out?.includes(part.n)) continue;
    show(item);
    const answer = await sendPart(item, part);
    if (answer.kind !== "ok") return answer;
    item = answer.item;
  }
  return isWhole(item) ? { kind: "sent" } : { kind: "server" };
}

function isWhole(item) {
  const all = partsOf(item).every((n) => item.arrived.includes(n) || item.left_out?.includes(n));
  return item.taken && all && (item.kind !== "report" || item.number !== "");
}

async function send(item) {
  // From here on its content stays as it is: the house may have it already.
  const frozen = await store.change(item.seq, { attempted: true });
  if (!frozen || frozen.state !== "waiting") return { kind: "ok" };
  const answer = await sendAll(frozen);
  if (answer.kind === "sent") await store.settle(item.seq, { settled_at: Date.now(), why: "" });
  else if (answer.kind === "need") await store.change(item.seq, { state: "need", problem: answer.problem, why: "" });
  else await store.change(item.seq, { why: answer.kind, tries: item.tries + 1, next: Date.now() + waitAfter(item) });
  return answer;
}

function waitAfter({ kind, tries }) {
  const wait = Math.min(kind === "alarm" ? LONGEST_FOR_HELP : LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 10));
  return wait * (0.75 + Math.random() / 2);
}

// ---- the queue ----
// Within one patrol the order is kept: nothing before its start, nothing past what still waits. A refused part that is
// not the start holds nobody up.
function isFree(item, earlier) {
  return !earlier.some(
    (other) => other.group === item.group && (other.state === "waiting" || (other.state === "need" && other.path === other.group)),
  );
}

function isDue(item, urgent) {
  const left = item.next - Date.now();
  // A wait longer than the longest was reckoned by another clock.
  return left <= 0 || left > 1.5 * LONGEST_WAIT || urgent === NOW || (urgent && (item.why === "net" || item.why === "auth"));
}

// One pass, in order, over what is there and what comes in meanwhile. Where nobody answers, or nobody is signed in, the
// rest waits too.
async function drain(user, urgent, mine) {
  const tried = new Set();
  for (let found = true; found; ) {
    found = false;
    const queue = (await store.openRows(user)).filter(mine);
    for (const [place, item] of queue.entries()) {
      if (item.state !== "waiting" || tried.has(item.seq)) continue;
      const due = isDue(item, urgent);
      if (!due && HOLDS.has(item.why)) return; // the others would only overtake it
      if (!due || !isFree(item, queue.slice(0, place))) continue;
      found = tried.add(item.seq);
      const answer = await send(item);
      news();
      if (HOLDS.has(answer.kind)) return;
      Object.assign(item, AFTER[answer.kind]); // for those of its group behind it
    }
  }
}

const AFTER = { sent: { state: "sent" }, need: { state: "need" } };
export const NOW = "now";
const asked = {};

// `urgent`: something has changed (a page opened, the net came back), waits for the net are over; `NOW`: a person has
// pressed, all waits are over. Asked for while a pass runs, it runs once more.
export const pass = (user, urgent = false) => Promise.all(Object.keys(LANES).map((lane) => run(lane, user, urgent)));

function run(lane, user, urgent) {
  const waiting = asked[lane];
  if (waiting) {
    waiting.urgent = urgent === NOW ? NOW : waiting.urgent || urgent;
    return waiting.done;
  }
  const mine = (asked[lane] = { urgent });
  const work = async () => {
    asked[lane] = null; // what is asked for from now on is a pass of its own
    try {
      await drain(user, mine.urgent, LANES[lane]);
    } finally {
      told.sending = null;
      news();
    }
  };
  mine.done = navigator.locks ? navigator.locks.request(lane, work) : work();
  return mine.done;
}
