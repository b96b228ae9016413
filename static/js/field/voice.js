// 说话上报: one button to speak, one to stop; what was spoken is heard once more or thrown away before it is sent. Nothing writes
// it out. Where the phone has no recorder, or may not listen, the plain file field stands in its place.

import { word } from "./words.js";

const LONGEST = 60;
const MOST_BYTES = 2 * 1024 * 1024;
const BITS = 24_000; // speech, clear; a minute is 180 kB
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

const kind = () => KINDS.find((each) => window.MediaRecorder?.isTypeSupported(each));

export function voiceOf(form, { changed, tell }) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const [start, live, kept, plain] = ["speak", "speaking", "spoken", "spoken-file"].map(part);
  const [sound, file] = [part("spoken-sound"), part("spoken-file").querySelector("input")];
  let spoken = null; // { blob, seconds }
  let running = null;

  const can = () => Boolean(kind() && navigator.mediaDevices?.getUserMedia);

  function show() {
    start.hidden = !can() || Boolean(running || spoken);
    live.hidden = !running;
    kept.hidden = !spoken;
    plain.hidden = can() || Boolean(spoken);
  }

  function take(blob, seconds) {
    if (sound.src) URL.revokeObjectURL(sound.src);
    spoken = blob && { blob, seconds };
    if (spoken) sound.src = URL.createObjectURL(blob);
    else sound.removeAttribute("src");
    part("spoken-length").textContent = seconds ? word("seconds", { n: seconds }) : "";
    file.value = ""; // it is kept as a blob; the same file may be chosen again
    show();
  }

  // ---- the phone's recorder ----
  async function begin() {
    if (running) return;
    running = {}; // a second tap while the phone asks is none
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      record(stream);
    } catch {
      running = null;
      start.hidden = true;
      plain.hidden = false;
      tell(word("no-microphone"));
    }
  }

  function record(stream) {
    const recorder = new MediaRecorder(stream, { mimeType: kind(), audioBitsPerSecond: BITS });
    const [pieces, began] = [[], performance.now()];
    const passed = () => Math.round((performance.now() - began) / 1000);
    recorder.addEventListener("dataavailable", ({ data }) => data.size && pieces.push(data));
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      clearInterval(running.turning);
      const seconds = Math.min(LONGEST, Math.max(1, passed()));
      running = null;
      // Without its codec, as the house names it.
      take(pieces.length ? new Blob(pieces, { type: recorder.mimeType.split(";")[0] }) : null, pieces.length ? seconds : 0);
      part("unsay").focus({ preventScroll: true });
      kept.scrollIntoView({ block: "center" }); // the dock stands before what is lowest
      changed();
    });
    const turning = setInterval(() => {
      part("seconds").textContent = word("seconds-of", { n: passed(), most: LONGEST });
      if (passed() >= LONGEST) stop();
    }, 250);
    running = { recorder, turning };
    part("seconds").textContent = word("seconds-of", { n: 0, most: LONGEST });
    recorder.start(1_000); // in pieces: a call that comes in ends it, and what was said until then is here
    show();
    part("stop").focus();
  }

  function stop() {
    if (running?.recorder?.state === "recording") running.recorder.stop();
  }

  start.addEventListener("click", begin);
  part("stop").addEventListener("click", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  part("unsay").addEventListener("click", () => {
    take(null, 0);
    (start.hidden ? file : start).focus();
    changed();
  });

  // ---- the plain field, in hand of this page ----
  file.addEventListener("change", () => {
    const [chosen] = file.files;
    if (!chosen) return;
    if (chosen.size > MOST_BYTES) {
      file.value = "";
      return tell(word("sound-large"));
    }
    take(chosen, 0);
    changed();
  });

  show();
  return { spoken: () => spoken, busy: () => Boolean(running?.recorder), stop, take };
}
