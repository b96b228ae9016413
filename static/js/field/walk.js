// A walk as this phone remembers it, so that a reload, a dead battery or a missing signal loses nothing; and what of it
// goes into the outbox. Each person's own.

import { count, me, put, uuid } from "./outbox.js";
import { word } from "./words.js";

const CHUNK = 50;
const PACK_EVERY = 60_000;
const key = () => `walk:${me()}`;
const fresh = (values) => ({ points: [], packed: 0, gaps: [], gapsPacked: 0, packedAt: Date.now(), seen: {}, passed: {}, ...values });

export function load() {
  try {
    return JSON.parse(localStorage.getItem(key()));
  } catch {
    return null;
  }
}

export function save(state) {
  try {
    localStorage.setItem(key(), JSON.stringify(state));
  } catch {
    // No room: the walk goes on, and what was packed is in the outbox.
  }
}

export const forget = () => localStorage.removeItem(key());
// A page that was kept on the phone may still speak of a walk that is over.
export const isEnded = (walk) => localStorage.getItem(`walked:${me()}`) === walk.key;
export const follow = ({ key, started }) => fresh({ key, started });

export async function begin(api, { round, area }) {
  const state = fresh({ key: uuid(), started: Date.now() });
  const body = { started_at: state.started, area, ...(round ? { round } : {}) };
  await put("patrol", state.key, `${api}${state.key}`, body, [], { title: word("title-patrol") });
  save(state);
  return state;
}

// Fifty points are a chunk; where the net is there, what is known is told each minute, so that the desk sees it live.
export async function pack(api, state, { all = false } = {}) {
  const points = state.points.slice(state.packed, state.packed + CHUNK);
  const gaps = state.gaps.slice(state.gapsPacked);
  const isFull = points.length === CHUNK;
  if (points.length === 0 && gaps.length === 0) return;
  const isTime = Date.now() - state.packedAt >= PACK_EVERY && (await count()) === 0;
  if (!isFull && !all && !isTime) return;
  const id = uuid();
  Object.assign(state, { packed: state.packed + points.length, gapsPacked: state.gaps.length, packedAt: Date.now() });
  save(state);
  const body = { points, gaps, sent_at: Date.now() };
  await put("track", id, `${api}${state.key}/tracks/${id}`, body, [], { title: word("title-track") });
  if (all) await pack(api, state, { all });
}

export async function reach(api, state, stop, { fix, found, reason = "", note = "", photo = null }) {
  const id = uuid();
  const at = Date.now();
  const position = fix && { lng: fix.lng, lat: fix.lat, accuracy: Math.round(fix.accuracy * 10) / 10, mock: false };
  const body = { point: stop.point, at, reason, found, note, ...(position ? { position } : {}) };
  const path = `${api}${state.key}/check-ins/${id}`;
  await put("check_in", id, path, body, photo ? [photo] : [], { title: `${word("title-check-in")} ${stop.name}` });
  state.seen[stop.id] = at;
  save(state);
}

export async function pass(api, state, stop, reason) {
  const id = uuid();
  const body = { point: stop.point, at: Date.now(), reason };
  await put("skip", id, `${api}${state.key}/skips/${id}`, body, [], { title: `${word("title-skip")} ${stop.name}` });
  state.passed[stop.id] = reason;
  save(state);
}

// The walk that goes on, as a page knows it beside this one: what this phone remembers of it, else what the house says.
export function going(patrol) {
  const kept = load();
  if (kept && (!patrol || kept.key === patrol.key)) return kept;
  return patrol && !isEnded(patrol) ? follow(patrol) : null;
}

export async function finish(api, state) {
  await pack(api, state, { all: true });
  const id = uuid();
  await put("patrol", id, `${api}${state.key}/end`, { ended_at: Date.now() }, [], { title: word("title-patrol") });
  localStorage.setItem(`walked:${me()}`, state.key);
  forget();
}
