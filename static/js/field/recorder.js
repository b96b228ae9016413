// The record of a walk: positions while the page is in front, kept each so many metres or seconds, and what is missing as
// a gap. Nothing is filled in. The page tells what is going on (`onTell`), the state is the caller's (walk.js keeps it).

const METRES_A_DEGREE = 111_320;
const SILENT = 60_000; // without a fix for so long, nobody knows where he was
const TIMEOUT = 30_000;

export function metresBetween(one, other) {
  const east = (one.lng - other.lng) * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(east, one.lat - other.lat) * METRES_A_DEGREE;
}

export class Recorder {
  constructor(rule, state, { onFix, onKept, onTell }) {
    Object.assign(this, { rule, state, onFix, onKept, onTell, watch: null, lock: null, away: true, fixedAt: 0 });
  }

  start() {
    if (!navigator.geolocation) return this.onTell("denied");
    const how = { enableHighAccuracy: true, maximumAge: 0, timeout: TIMEOUT };
    const refused = (error) => error.code === error.PERMISSION_DENIED && this.onTell("denied");
    const take = (found) => this.take(found);
    this.watch = navigator.geolocation.watchPosition(take, refused, how);
    // Who stands still is not lost: some phones tell only of movement.
    this.asking = setInterval(() => {
      if (document.hidden || Date.now() - this.fixedAt < this.rule.seconds * 1000) return;
      navigator.geolocation.getCurrentPosition(take, refused, how);
    }, this.rule.seconds * 1000);
    this.hidden = () => (document.hidden ? (this.away = true) : this.stayLit());
    document.addEventListener("visibilitychange", this.hidden);
    this.stayLit();
  }

  stop() {
    navigator.geolocation?.clearWatch(this.watch);
    clearInterval(this.asking);
    document.removeEventListener("visibilitychange", this.hidden);
    this.lock?.release?.().catch(() => {});
  }

  async stayLit() {
    try {
      this.lock = await navigator.wakeLock.request("screen");
      this.onTell("lit");
    } catch {
      this.onTell("dark");
    }
  }

  take({ coords, timestamp }) {
    const at = Math.round(timestamp);
    this.fixedAt = Date.now();
    const fix = { lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy, at };
    this.onFix(fix);
    if (coords.accuracy > this.rule.accuracy) return;
    const last = this.state.points.at(-1);
    if (last && at <= last[0]) return;
    if (last && !this.isWorthIt(fix, last)) return;
    this.noteGap(last, at);
    const speed = Number.isFinite(coords.speed) ? Math.round(coords.speed * 100) / 100 : null;
    const round = (degrees) => Math.round(degrees * 1e6) / 1e6;
    this.state.points.push([at, round(fix.lng), round(fix.lat), Math.round(fix.accuracy), speed, 0]);
    this.away = false;
    this.onKept();
  }

  isWorthIt(fix, [at, lng, lat]) {
    return fix.at - at >= this.rule.seconds * 1000 || metresBetween(fix, { lng, lat }) >= this.rule.metres;
  }

  noteGap(last, at) {
    if (!last) return;
    const silent = at - last[0];
    if (silent > SILENT || (this.away && silent > 2 * this.rule.seconds * 1000)) this.state.gaps.push([last[0], at]);
  }
}
