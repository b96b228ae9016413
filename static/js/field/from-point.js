// A report from a point of a patrol: its place and name come along behind the hash, for whoever has written none yet.

const from = new URLSearchParams(location.hash.slice(1));

for (const name of ["lng", "lat", "place"]) {
  const field = document.querySelector(`form [name="${name}"]`);
  if (field && from.has(name) && !field.value) field.value = from.get(name);
}

const told = document.querySelector("[data-area]");
if (told && from.get("place")) told.textContent = from.get("place");
