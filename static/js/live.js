// Live parts: an element with data-live-url is fetched again every 30 s (data-live-every) and swapped in place.
// Hidden pages rest. Where one part has had no answer for 60 s the strip [data-stale] says when its data stopped, and
// clocks turn grey: that another part still answers makes the old figures no newer.
// A part may bring news for a screen reader in [data-live-say]. Also lets the minutes of the bar's time run.

const STALE_AFTER = 60_000;
const parts = () => document.querySelectorAll("[data-live-url]");
const strip = document.querySelector("[data-stale]");
const time = document.querySelector("time[data-now]");
const askedAt = new WeakMap();
const answeredAt = new WeakMap();
const started = Date.now();
let awakeSince = started;

function keyOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.getAttribute("href")) return `[href="${CSS.escape(element.getAttribute("href"))}"]`;
  if (element.name) return `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  return null;
}

function isBeingWrittenIn(part) {
  const focused = document.activeElement;
  return part.contains(focused) && focused.matches("input:not([type=checkbox]), textarea, select");
}

function swap(part, html) {
  const focused = part.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  const ticked = [...part.querySelectorAll("input[type=checkbox]:checked")].map(keyOf).filter(Boolean);
  const scrolled = part.scrollTop;
  part.innerHTML = html;
  for (const key of ticked) part.querySelector(key)?.toggleAttribute("checked", true);
  if (focused) part.querySelector(focused)?.focus({ preventScroll: true });
  part.scrollTop = scrolled;
  window.htmx?.process(part);
  part.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
  announce(part);
}

function announce(part) {
  const news = part.querySelector("[data-live-say]")?.textContent.trim();
  const said = document.getElementById("say");
  if (news && said && said.textContent !== news) said.textContent = news;
}

async function ask(part) {
  askedAt.set(part, Date.now());
  try {
    // A redirect means the session has ended: no answer either.
    const answer = await fetch(part.dataset.liveUrl, {
      headers: { "X-Live": "1" },
      redirect: "error",
      cache: "no-cache",
      signal: AbortSignal.timeout(20_000),
    });
    if (!answer.ok) return;
    answeredAt.set(part, Date.now());
    if (answer.status === 200 && part.isConnected && !isBeingWrittenIn(part)) swap(part, await answer.text());
  } catch {
    // No answer: showStaleness() tells once a minute has gone by.
  }
}

function askWhatIsDue() {
  for (const part of parts()) {
    const every = 1000 * (Number(part.dataset.liveEvery) || 30);
    if (Date.now() - (askedAt.get(part) ?? started) >= every) ask(part);
  }
}

// The server's clock in the city's zone, whatever the desk's own computer says.
function inWords(moment, more = {}) {
  const atServer = time ? Number(time.dataset.now) * 1000 + (moment - started) : moment;
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: time?.dataset.zone, ...more };
  return new Date(atServer).toLocaleTimeString("zh-CN", format);
}

// What has just come with the page, or was swapped into it, is new.
function lastAnswer(part) {
  if (!answeredAt.has(part)) answeredAt.set(part, Date.now());
  return answeredAt.get(part);
}

function showStaleness() {
  const oldest = Math.min(...[...parts()].map(lastAnswer));
  const stale = Date.now() - Math.max(oldest, awakeSince) > STALE_AFTER;
  document.documentElement.classList.toggle("is-stale", stale);
  if (!strip || strip.hidden !== stale) return;
  strip.hidden = !stale;
  strip.querySelector("[data-stale-at]").textContent = inWords(oldest, { second: "2-digit" });
}

function showTime() {
  if (time) time.querySelector("b").textContent = inWords(Date.now());
}

function beat() {
  if (document.hidden) return;
  askWhatIsDue();
  showStaleness();
  showTime();
}

parts().forEach(lastAnswer);
setInterval(beat, 5000);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  awakeSince = Date.now(); // a page that rested asks at once, and is stale only if nobody answers then
  beat();
});
