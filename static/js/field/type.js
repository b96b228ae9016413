// Large type at a tap, also without a signal: the switch is a form, and its cookie the same one that the server reads.
// A page that was kept on the phone may stand in the other size: the cookie is right.

const root = document.documentElement;
const isLarge = () => /(?:^|; )type=large(?:;|$)/.test(document.cookie);
const show = () => (isLarge() ? root.setAttribute("data-type", "large") : root.removeAttribute("data-type"));

for (const form of document.querySelectorAll("[data-type-switch]")) {
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return; // the answer brings the page's words along
    event.preventDefault();
    const size = isLarge() ? "usual" : "large";
    document.cookie = `type=${size}; path=/; max-age=31536000; samesite=lax`;
    show();
  });
}
show();
