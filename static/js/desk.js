// The desk: a row's link fills the preview beside the list instead of loading the page, and filters apply at once.
// Where the preview has no place (a phone), links stay links. The list refreshes itself by live.js.

const preview = document.getElementById("preview");
const list = document.getElementById("rows");
let chosen = preview.querySelector("[data-number]")?.dataset.number ?? "";

function mark() {
  for (const row of list.querySelectorAll("[data-row]")) {
    if (row.dataset.number === chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

async function open(link) {
  chosen = link.closest("[data-row]").dataset.number;
  mark();
  preview.setAttribute("aria-busy", "true");
  await window.htmx.ajax("GET", `${link.href}&part=preview`, { target: "#preview", swap: "innerHTML" });
  preview.removeAttribute("aria-busy");
  history.replaceState(null, "", link.href);
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("[data-row-link]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  if (!link || elsewhere || preview.offsetParent === null || !window.htmx) return;
  event.preventDefault();
  open(link);
});
list.addEventListener("live:swapped", mark);

document.querySelector("[data-filters]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());
