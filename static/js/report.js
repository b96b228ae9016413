// The report form: small pictures of the photos and the most frequent categories as buttons; its place is place.js.

import { placeIn } from "./place.js";

const form = document.querySelector("[data-report]");

// ---- photos ----
const photos = form.querySelector("[data-photos]");
const thumbs = form.querySelector("[data-thumbs]");

function showThumbs() {
  for (const old of thumbs.querySelectorAll("img")) URL.revokeObjectURL(old.src);
  const pictures = [...photos.files].map((file) => {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    return image;
  });
  thumbs.replaceChildren(...pictures);
  thumbs.hidden = pictures.length === 0;
}

photos.addEventListener("change", showThumbs);
// A quick thumb chooses before this script is here, and a page come back to keeps its files: their change is over.
showThumbs();

// ---- categories ----
const choices = form.querySelector("[data-choices]");

function pressChoice() {
  const select = document.getElementById(choices.dataset.choices);
  for (const button of choices.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === select.value));
}

if (choices) {
  choices.hidden = false;
  const select = document.getElementById(choices.dataset.choices);
  choices.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    select.value = button.value;
    pressChoice();
  });
  select.addEventListener("change", pressChoice);
  pressChoice();
}

placeIn(form);
