// The service worker: served at /sw.js behind three constants of the release (patrols/views/shell.py).
//   RELEASE  hash of all files below     FILES  their addresses     OFFLINE  the page without a signal
// Files with a hash in their name come from the cache; other files and the pages of KEPT come from the net, and from the
// cache when it is silent for three seconds. Pages are kept by user, known by their own <meta name="field-user">, and go
// when he signs out. API, photos and every other page are never kept. A page of STANDS_IN stands in for the pages of
// single tasks and points, which themselves are not kept: it holds no more than the lists show.

/* global RELEASE, FILES, OFFLINE */

const SHELVES = `field-files-${RELEASE}`;
const PAGES = "field-pages-";
const WHO = "field-who";
const TASKS = "/field/tasks/kept/";
const PATROL = "/field/patrol/";
const KEPT = new Set([
  "/home/", "/field/report/", "/field/outbox/", PATROL, "/field/tasks/", TASKS, "/field/help/", "/field/sos/",
]); // prettier-ignore
const STANDS_IN = [[/^\/field\/tasks\/[\w-]+\/$/, TASKS], [/^\/field\/patrol\/stops\/\d+\/$/, PATROL], [/^\/field\/patrol\/\?stop=\d+$/, PATROL]];
const USER = /<meta name="field-user" content="(\d+)">/;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const PATIENCE = 3_000;

self.addEventListener("install", (event) => {
  const fresh = FILES.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(SHELVES).then((shelf) => shelf.addAll(fresh)));
});

self.addEventListener("activate", (event) => event.waitUntil(Promise.all([forgetOld(), self.clients.claim()])));

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  if (event.data === "keep") event.waitUntil(fetchAhead());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/logout/") return event.respondWith(signOut(request));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) return event.respondWith(file(request, url));
  if (request.mode === "navigate") event.respondWith(navigate(request, url));
});

async function forgetOld() {
  const names = await caches.keys();
  return Promise.all(names.filter((name) => name.startsWith("field-files-") && name !== SHELVES).map((name) => caches.delete(name)));
}

async function signOut(request) {
  const answer = await fetch(request);
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name === WHO || name.startsWith(PAGES)).map((name) => caches.delete(name)));
  return answer;
}

// ---- files ----
async function file(request, url) {
  const shelf = await caches.open(SHELVES);
  const kept = await shelf.match(url.pathname);
  if (kept && HASHED.test(url.pathname)) return kept;
  const answer = fetch(request).then((fresh) => {
    if (fresh.ok && kept) shelf.put(url.pathname, fresh.clone()).catch(() => {});
    return fresh;
  });
  return kept ? first(answer, async () => kept) : answer;
}

// ---- pages ----
function navigate(request, url) {
  if (KEPT.has(url.pathname) && !url.search) return page(request, url);
  const place = url.pathname + url.search;
  const instead = STANDS_IN.find(([pattern]) => pattern.test(place))?.[1];
  return instead ? first(whole(request), () => keptPage(instead)).catch(offline) : other(request);
}

const whole = (request) => fetch(request).then((fresh) => (fresh.status > 500 ? Promise.reject(fresh.status) : fresh)); // a bad gateway is no answer

// What the first pages lead to, for where there is no signal: what changes with each day anew, the rest once.
async function fetchAhead() {
  for (const path of [TASKS, PATROL, "/field/tasks/"]) await fetchPage(path);
  for (const path of ["/field/outbox/", "/field/report/"]) if (!(await keptPage(path))) await fetchPage(path);
}

async function fetchPage(path) {
  await fetch(new Request(path, { credentials: "same-origin" })).then((fresh) => keep(fresh, new URL(path, location.origin)), () => {});
}

async function page(request, url) {
  return first(
    whole(request).then((fresh) => keep(fresh, url)),
    () => keptPage(url.pathname),
  ).catch(offline);
}

async function keep(fresh, url) {
  if (!fresh.ok || fresh.type !== "basic") return fresh;
  const copy = fresh.clone();
  const user = (await fresh.clone().text()).match(USER)?.[1];
  if (user) await shelve(user, url, copy).catch(() => {}); // a full phone shows its pages all the same
  return fresh;
}

async function shelve(user, url, copy) {
  await (await caches.open(WHO)).put("/who", new Response(user));
  await (await caches.open(PAGES + user)).put(url.pathname, copy);
}

async function keptPage(path) {
  const user = await (await (await caches.open(WHO)).match("/who"))?.text();
  return user ? (await caches.open(PAGES + user)).match(path) : undefined;
}

const other = (request) => fetch(request).catch(offline);

const offline = () => new Response(OFFLINE, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });

// The answer of the net if it comes in time; else what is kept; else the net after all.
async function first(answer, kept) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, "late"));
  const told = await Promise.race([answer.catch(() => "silent"), late]);
  if (told !== "late" && told !== "silent") return told;
  return (await kept()) ?? answer;
}
