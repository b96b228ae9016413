// A board: where there is room beside the list, a name opens its card there; on a phone the link stays a link.

const panel = document.getElementById("panel");
const wide = window.matchMedia("(min-width: 1181px)");

function mark(key) {
  for (const row of document.querySelectorAll(".b-row[data-card]")) {
    if (row.dataset.card === key) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function say(words) {
  const said = document.createElement("p");
  said.className = "note note-late";
  said.textContent = words;
  panel.replaceChildren(said);
}

async function open(link, key) {
  panel.setAttribute("aria-busy", "true");
  mark(key);
  try {
    const answer = await fetch(`${link.href}?part=panel`, { redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    panel.innerHTML = await answer.text();
    history.replaceState(null, "", `?card=${key}`);
  } catch {
    say(panel.dataset.failed);
  }
  panel.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".b-row a.b-who");
  if (!panel || !link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link, link.closest(".b-row").dataset.card);
});
