// What the phone keeps: the database `grid-field` with drafts, outbox, blobs and ref. Every row bears its user's key, and
// nobody else's page reads it. What is sent when is send.js; what pages call is outbox.js.

const NAME = "grid-field";
let opened = null;

function made(db) {
  db.createObjectStore("drafts", { keyPath: "key" });
  const outbox = db.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
  outbox.createIndex("user", "user");
  outbox.createIndex("open", ["user", "open"]); // without the receipts of the month
  outbox.createIndex("path", ["user", "path"], { unique: true });
  db.createObjectStore("blobs", { keyPath: ["seq", "n"] });
  db.createObjectStore("ref", { keyPath: "key" });
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => made(request.result);
    request.onsuccess = () => {
      request.result.onclose = request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }).catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

// One transaction over all stores named: `work` gets them by name and may only await requests through `of`.
async function within(mode, stores, work, durability = "default") {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode, { durability });
    let answer;
    transaction.oncomplete = () => resolve(answer);
    transaction.onerror = (event) => reject(event.target.error);
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    const named = Object.fromEntries(stores.map((name) => [name, transaction.objectStore(name)]));
    Promise.resolve(work(named)).then(
      (told) => (answer = told),
      (error) => {
        reject(error);
        try {
          transaction.abort();
        } catch {
          // It has ended by itself.
        }
      },
    );
  });
}

const of = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const partsOf = (seq) => IDBKeyRange.bound([seq, 0], [seq, Infinity]);

// ---- outbox ----
export const rows = (user) => within("readonly", ["outbox"], ({ outbox }) => of(outbox.index("user").getAll(user)));

export const openRows = (user) => within("readonly", ["outbox"], ({ outbox }) => of(outbox.index("open").getAll([user, 1])));

export const row = (seq) => within("readonly", ["outbox"], ({ outbox }) => of(outbox.get(seq)));

export const blobsOf = (seq) => within("readonly", ["blobs"], ({ blobs }) => of(blobs.getAll(partsOf(seq))));

export function change(seq, values) {
  return within("readwrite", ["outbox"], async ({ outbox }) => {
    const kept = await of(outbox.get(seq));
    if (!kept) return null;
    Object.assign(kept, values);
    await of(outbox.put(kept));
    return kept;
  });
}

// Keeps an item with its blobs, and lets go of the draft it was made from: all of it or nothing.
// What was tried once is frozen: the same again is the same, anything else is refused.
export function keep(item, parts, draft) {
  const work = async ({ outbox, blobs, drafts }) => {
    const known = await of(outbox.index("path").get([item.user, item.path]));
    if (known?.attempted) {
      if (known.digest === item.digest || known.state === "sent") return known.seq;
      throw Object.assign(new Error(item.path), { name: "Frozen" });
    }
    if (known) blobs.delete(partsOf(known.seq));
    const seq = await of(outbox.put(known ? { ...item, seq: known.seq } : item));
    for (const part of parts) blobs.put({ seq, ...part });
    if (draft) drafts.delete(draft);
    return seq;
  };
  // What is said to be kept outlives the browser and the battery.
  return within("readwrite", ["outbox", "blobs", "drafts"], work, "strict");
}

// The receipt stays for a month; the words and the photos are on the other side, all of them.
export function settle(seq, values) {
  return within("readwrite", ["outbox", "blobs"], async ({ outbox, blobs }) => {
    const kept = await of(outbox.get(seq));
    if (!kept) return;
    blobs.delete(partsOf(seq));
    await of(outbox.put({ ...kept, ...values, body: "", digest: "", state: "sent", open: 0 }));
  });
}

export function drop(seq) {
  return within("readwrite", ["outbox", "blobs"], ({ outbox, blobs }) => {
    outbox.delete(seq);
    blobs.delete(partsOf(seq));
  });
}

// ---- drafts ----
export const saveDraft = (draft) => within("readwrite", ["drafts"], ({ drafts }) => of(drafts.put(draft)));
export const loadDraft = (key) => within("readonly", ["drafts"], ({ drafts }) => of(drafts.get(key)));
export const dropDraft = (key) => within("readwrite", ["drafts"], ({ drafts }) => of(drafts.delete(key)));

// ---- what is only convenient to know ----
export const know = (key, value) => within("readwrite", ["ref"], ({ ref }) => of(ref.put({ key, value })));
export const known = async (key) => (await within("readonly", ["ref"], ({ ref }) => of(ref.get(key))))?.value;
export const forgetRef = () => within("readwrite", ["ref"], ({ ref }) => of(ref.clear()));

// Whether there is such a database at all: to look would make it.
export async function exists() {
  const there = (await indexedDB.databases?.()) ?? [{ name: NAME }];
  return there.some((each) => each.name === NAME);
}

export const waitingOf = (user) => within("readonly", ["outbox"], ({ outbox }) => of(outbox.index("open").count([user, 1])));
