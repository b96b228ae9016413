// A step that was not taken: why, what its owner meant and what others did, and what he may choose (outbox-page.js).

import { blobsOf, discard, put, saveDraft, uuid } from "./outbox.js";
import { make, word } from "./words.js";

const numberOf = (item) => item.path.match(/\/orders\/([\w-]+)\//)[1];
const blobs = async (item) => (await blobsOf(item.seq)).map((each) => each.blob);

export const needsChoice = (item) => item.kind === "step" && item.state === "need";

// Both values, side by side in words: nobody has to guess what would be lost.
export function valuesOf(item) {
  const { sentence, values } = item.problem ?? {};
  const line = (name, text) => [make("dt", { text: word(name) }), make("dd", { text })];
  return [
    make("p", { class: "m", text: sentence || word("no-sentence") }),
    make("p", { text: item.title }),
    values && make("dl", { class: "values" }, ...line("step-yours", values.yours), ...line("step-theirs", values.theirs || word("step-unseen"))),
    make("p", { text: word(item.problem?.code === "same_field" ? "step-choose" : "step-over") }),
  ];
}

// As of what stands now: another step under a key of its own, with the same words and photos.
async function insist(item) {
  const id = uuid();
  const { photo_digests: _digests, ...body } = JSON.parse(item.body);
  const path = item.path.replace(/[^/]+$/, id);
  await put("step", id, path, { ...body, base_version: item.problem.seen }, await blobs(item), { title: item.title });
  await discard(item.seq);
}

async function mend(item) {
  const { photo_digests: _digests, step, base_version: _base, device_at: _at, ...fields } = JSON.parse(item.body);
  await saveDraft(`step:${numberOf(item)}:${step}`, { fields, blobs: await blobs(item) });
  await discard(item.seq);
  location.assign(`/field/tasks/${numberOf(item)}/`);
}

export function actsOfStep(item, { button, dropButton }) {
  const drop = dropButton(item, word("step-drop"));
  if (item.problem?.code === "same_field" && item.problem.seen !== undefined) return [button(word("step-mine"), () => insist(item)), drop];
  const isOver = ["overtaken", "not_now", "not_yours", "not_found", "other_content"].includes(item.problem?.code);
  if (!isOver) return [button(word("mend"), () => mend(item)), drop];
  return [make("a", { class: "btn", href: `/field/tasks/${numberOf(item)}/`, text: word("step-look") }), drop];
}
