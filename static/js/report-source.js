// The report form: of all the details that sources may ask for, only those of the chosen one are shown. Without this
// script all are, each with the sources that ask for it.

const form = document.querySelector("[data-report]");
const details = [...form.querySelectorAll("[data-asked-by]")];

function showAsked() {
  const chosen = form.querySelector("input[name=source]:checked")?.value ?? "";
  for (const part of details) {
    const asked = part.dataset.askedBy.split(" ").includes(chosen);
    part.hidden = !asked;
    // What the chosen source does not ask for is not sent.
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !asked;
  }
  for (const note of form.querySelectorAll("[data-asks-note]")) note.hidden = true;
}

for (const radio of form.querySelectorAll("input[name=source]")) radio.addEventListener("change", showAsked);
showAsked();
