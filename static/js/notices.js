// Toasts: they can be closed, and a request of htmx that failed says so with the server's own sentence.
// A refusal's page carries that sentence in [data-refusal]; the words for "no answer" stand in #toasts.

const toasts = document.getElementById("toasts");

function offerClosing(root) {
  for (const button of root.querySelectorAll("[data-dismiss]")) button.hidden = false;
}

function say(sentence) {
  const toast = document.createElement("div");
  toast.className = "toast toast-error";
  const words = document.createElement("span");
  words.textContent = sentence;
  toast.append(words);
  toasts.replaceChildren(toast);
}

function refusalIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("[data-refusal]")?.textContent.trim();
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toast").remove();
});

document.addEventListener("htmx:responseError", (event) => {
  say(refusalIn(event.detail.xhr.responseText) || toasts.dataset.failed);
});
document.addEventListener("htmx:sendError", () => say(toasts.dataset.offline));
document.addEventListener("htmx:load", (event) => offerClosing(event.target));

offerClosing(document);
