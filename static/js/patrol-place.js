// Forms of patrols that ask for a place: the map and "where I am now" are place.js.

import { placeIn } from "./place.js";

for (const form of document.querySelectorAll("[data-place-form]")) placeIn(form);
