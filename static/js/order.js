// The order's page: a link to a folded step opens it, a key that opens one puts the cursor into its first field, and
// an error summary takes the focus.

const firstField = (place) => place.querySelector("input:not([type=hidden]), select, textarea");

function unfold() {
  const place = location.hash.startsWith("#step-") && document.getElementById(location.hash.slice(1));
  if (!place) return;
  if (place.matches("details")) place.open = true;
  place.scrollIntoView({ block: "center" });
  firstField(place)?.focus({ preventScroll: true });
}

// A step that comes back open with an error tells its own "toggle" after this script ran: the summary keeps the focus.
for (const details of document.querySelectorAll(".next details")) {
  details.addEventListener("toggle", () => details.open && !details.querySelector(".errors") && firstField(details)?.focus());
}
window.addEventListener("hashchange", unfold);
unfold();
document.querySelector(".errors[tabindex]")?.focus();
