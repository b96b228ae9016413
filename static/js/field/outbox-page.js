// The outbox as its owner sees it: what waits, what is on its way, what has arrived, what needs him; two buttons at most.

import { actsOfStep, needsChoice, valuesOf } from "./choosing.js";
import { again, blobsOf, discard, isLate, isShort, items, leaveOut, me, saveDraft, sendNow, told } from "./outbox.js";
import { SPOKEN } from "./send.js";
import { clock, icon, make, SVG, word } from "./words.js";

const LOOKS = { wait: "cloud-off", send: "cloud-up", done: "check-c", need: "alert" };
const part = (name) => document.querySelector(`[data-${name}]`);
const HOUR = 3600_000;

const titleOf = (item) => item.title || (item.kind === "report" ? word("untitled") : word(item.kind));
const arrived = (item) => (item.taken ? 1 : 0) + item.arrived.length;
const all = (item) => 1 + item.digests.length + (item.recording ? 1 : 0) - (item.left_out?.length ?? 0);
const refusedPart = (item) => item.problem?.part;

function stateOf(item) {
  if (item.state === "sent") return "done";
  if (item.state === "need") return "need";
  return told.sending === item.seq || arrived(item) > 0 ? "send" : "wait";
}

function meter(item) {
  const bar = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "meter", viewBox: "0 0 300 6", preserveAspectRatio: "none", "aria-hidden": "true" })) bar.setAttribute(name, value);
  for (const [name, width] of [["bg", 300], ["fg", (300 * arrived(item)) / all(item)]]) {
    const line = document.createElementNS(SVG, "rect");
    for (const [key, value] of Object.entries({ class: name, width, height: 6 })) line.setAttribute(key, value);
    bar.append(line);
  }
  return bar;
}

function waits(item) {
  if (item.why === "net") return word("wait-net");
  return item.why === "server" || item.why === "busy" ? word("wait-server", { time: clock(item.next) }) : word("wait-turn");
}

const BODIES = {
  wait: (item) => [make("p", { class: "m", text: titleOf(item) }), make("p", { text: waits(item) })],
  send: (item) => {
    const left = all(item) - arrived(item);
    return [make("p", { class: "m", text: titleOf(item) }), meter(item), make("p", { text: item.taken ? word("send-more", { left }) : word("send-first") })];
  },
  done: (item) => [
    make("p", { class: "m", text: titleOf(item) }),
    item.number && make("p", { class: "m", text: `${word("receipt")} ` }, make("strong", { class: "num", text: item.number })),
    make("p", { text: word("done-more") }),
  ],
  need: (item) => [
    make("p", { class: "m", text: item.problem?.sentence || word("no-sentence") }),
    make("p", { text: titleOf(item) }),
    make("p", { text: refusedPart(item) === undefined ? word("need-more") : word(refusedPart(item) === SPOKEN ? "spoken-more" : "part-more", item.problem) }),
  ],
};

const TIMES = {
  wait: (item) => word("kept-at", { time: clock(item.made) }),
  send: (item) => word("parts", { done: arrived(item), all: all(item) }),
  done: (item) => clock(item.settled_at),
  need: (item) => clock(item.made),
};

// ---- what may be done ----
// What was refused goes back to the page as a draft: changed, it is another report under a key of its own.
async function mend(item, more = {}) {
  const parts = await blobsOf(item.seq);
  const [blobs, body] = [parts.filter((each) => each.n !== SPOKEN).map((each) => each.blob), JSON.parse(item.body)];
  const spoken = parts.filter((each) => each.n === SPOKEN).map(({ blob }) => ({ blob, seconds: body.recording_seconds }))[0];
  await saveDraft("report", { ...body, ...more, blobs, spoken });
  await discard(item.seq);
  location.assign("/field/report/");
}

function button(text, act, kind = "btn") {
  const made = make("button", { class: kind, type: "button", text });
  made.addEventListener("click", () => act(made));
  return made;
}

function dropButton(item, words = word("drop")) {
  return button(words, (made) => {
    if (made.dataset.sure) return discard(item.seq);
    made.dataset.sure = "yes";
    made.textContent = word("sure");
    return made.classList.add("danger");
  });
}

function actsOf(item) {
  const { code, part: refused } = item.problem ?? {};
  if (needsChoice(item)) return actsOfStep(item, { button, dropButton });
  const without = word(refused === SPOKEN ? "leave-spoken" : "leave-out");
  if (refused !== undefined) return [button(word("again"), () => again(item.seq)), button(without, () => leaveOut(item.seq, refused))];
  if (item.kind !== "report") return [button(word("again"), () => again(item.seq)), dropButton(item)];
  if (code === "repeated") return [button(word("new-facts"), () => mend(item, { new_facts: true })), dropButton(item)];
  if (code === "other_content") return [dropButton(item)];
  return [button(word("mend"), () => mend(item)), dropButton(item)];
}

function card(item) {
  const state = stateOf(item);
  const top = make("div", { class: "top" }, make("b", { text: word(`state-${state}`) }), make("time", { text: TIMES[state](item) }));
  const body = make("div", {}, top, ...(needsChoice(item) ? valuesOf(item) : BODIES[state](item)));
  const acts = state === "need" ? make("div", { class: "acts" }, ...actsOf(item)) : null;
  return make("article", { class: `card obx ${state}`, data: { state, seq: item.seq } }, make("span", { class: "st" }, icon(LOOKS[state])), body, acts);
}

function signInCard(count) {
  const top = make("div", { class: "top" }, make("b", { text: word("state-need") }));
  const body = make("div", {}, top, make("p", { class: "m", text: word("sign-in", { n: count }) }), make("p", { text: word("sign-in-more") }));
  const go = make("a", { class: "btn pri", href: `/login/?next=${encodeURIComponent(location.pathname)}`, text: word("sign-in-go") });
  return make("article", { class: "card obx need", data: { state: "sign-in" } }, make("span", { class: "st" }, icon("lock")), body, make("div", { class: "acts" }, go));
}

// ---- the page ----
function fill(section, cards) {
  section.hidden = cards.length === 0;
  section.querySelector("[data-list]").replaceChildren(...cards);
}

function showOverdue(waiting) {
  const late = waiting.filter(isLate);
  const box = part("overdue");
  box.hidden = late.length === 0;
  if (box.hidden) return;
  const hours = Math.floor((Date.now() - Math.min(...late.map((item) => item.made))) / HOUR);
  const words = make("div", {}, make("strong", { text: word("late", { n: late.length, hours }) }), make("span", { text: word("late-more") }));
  box.className = "overdue";
  box.replaceChildren(icon("alert"), words);
}

async function show() {
  const mine = await items();
  const waiting = mine.filter((item) => item.state !== "sent");
  const signedOut = waiting.filter((item) => item.why === "auth");
  // A tap that asks to be sure is not drawn away under the finger.
  if (document.querySelector("[data-sure]") && waiting.length) return;
  fill(part("waiting"), [...(signedOut.length ? [signInCard(waiting.length)] : []), ...waiting.map(card)]);
  fill(part("delivered"), mine.filter((item) => item.state === "sent").reverse().map(card));
  part("empty").hidden = waiting.length > 0;
  showOverdue(waiting);
}

let drawing = null;
function redraw() {
  drawing ??= setTimeout(async () => {
    await show().catch(() => {});
    drawing = null;
  }, 150);
}

if (me()) {
  document.addEventListener("outbox:changed", redraw);
  part("send").addEventListener("click", sendNow);
  isShort().then((short) => (part("short").hidden = !short), () => {});
  await show();
}
