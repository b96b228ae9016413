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

// The way back runs out: the seconds are counted down on the button, and then it goes.
for (const form of document.querySelectorAll("[data-undo-seconds]")) {
  const words = form.querySelector("[data-undo-words]");
  const [label, pattern, until] = [words.textContent, words.dataset.undoWords, Date.now() + 1000 * form.dataset.undoSeconds];
  const count = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) return void (clearInterval(timer), form.remove());
    words.textContent = pattern.replace("UNDO", label).replace("SECONDS", left);
  };
  const timer = setInterval(count, 500);
  count();
}
