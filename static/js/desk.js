// The desk: a row's link fills the preview beside the list instead of loading the page, and filters apply at once.
// Where the preview has no place (a phone), links stay links. The list refreshes itself by live.js.

const preview = document.getElementById("preview");
const list = document.getElementById("rows");
const SLOW = 200; // a quick answer needs no skeleton
let chosen = preview.querySelector("[data-number]")?.dataset.number ?? "";

// With each refresh of the list the server learns which order is open here; colleagues see it in their row.
function stayAt(number) {
  const url = new URL(list.dataset.liveUrl, location.href);
  url.searchParams.set("at", number);
  list.dataset.liveUrl = `${url.pathname}${url.search}`;
}

const bar = document.querySelector("[data-picked]");

function countPicked() {
  const picked = list.querySelectorAll(".check:checked").length;
  if (bar && picked) bar.textContent = bar.dataset.words.replace("NUMBER", picked);
}

function mark() {
  for (const row of list.querySelectorAll("[data-row]")) {
    if (row.dataset.number === chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function show(template) {
  preview.replaceChildren(document.getElementById(template).content.cloneNode(true));
}

async function fetchPreview(href) {
  try {
    const answer = await fetch(`${href}&part=preview`, { headers: { "X-Live": "1" }, redirect: "error" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null; // no connection, or signed out meanwhile
  }
}

async function open(link) {
  chosen = link.closest("[data-row]").dataset.number;
  mark();
  preview.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => show("preview-loading"), SLOW);
  const html = await fetchPreview(link.href);
  clearTimeout(slow);
  if (!link.href.endsWith(chosen)) return; // another row was opened meanwhile
  preview.removeAttribute("aria-busy");
  if (html === null) {
    show("preview-failed");
    preview.querySelector("a").href = link.href;
    return;
  }
  preview.innerHTML = html;
  window.htmx?.process(preview);
  history.replaceState(null, "", link.href);
  stayAt(chosen);
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("[data-row-link]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  if (!link || elsewhere || preview.offsetParent === null) return;
  event.preventDefault();
  open(link);
});
list.addEventListener("live:swapped", () => {
  mark();
  countPicked();
});
list.addEventListener("change", countPicked);
countPicked(); // what was ticked before this script was here, or on a page come back to

document.querySelector("[data-filters]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());
