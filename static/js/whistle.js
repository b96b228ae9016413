// The page of a whistle and of blowing one: each form that has a place gets its map and "where I am now"; rows that are
// still empty are folded away until they are asked for.

import { placeIn } from "./place.js";

for (const form of document.querySelectorAll("[data-place]")) {
  placeIn(form);
  // Where the phone can say where it is, nobody types degrees; without a map there is nothing else to look at them for.
  const numbers = form.querySelector("[data-numbers]");
  if (numbers && navigator.geolocation) numbers.hidden = !numbers.querySelector(".field-error");
}

// Without this script every row is there.
for (const rows of document.querySelectorAll("[data-rows]")) {
  const button = rows.parentElement.querySelector("[data-more-rows]");
  const all = [...rows.children];
  const isEmpty = (row) => [...row.querySelectorAll("input, select, textarea")].every((field) => !field.value);
  const filled = all.findLastIndex((row) => !isEmpty(row) || row.querySelector(".field-error"));
  const shown = Math.max(Number(rows.dataset.rows), filled + 1);
  for (const row of all.slice(shown)) row.hidden = true;
  button.hidden = !all.some((row) => row.hidden);
  button.addEventListener("click", () => {
    const next = all.find((row) => row.hidden);
    next.hidden = false;
    next.querySelector("input, select, textarea").focus();
    button.hidden = !all.some((row) => row.hidden);
  });
}
