// Where a photo was taken, as the camera wrote it into the file (Exif 2.3, its GPS part; WGS-84). Read before the photo is
// drawn anew (picture.js), which takes it out; it is proposed to whoever reports, and goes nowhere unless he takes it.

const HEAD = 256 * 1024; // what a camera writes stands before the picture
const [EXIF, GPS, SOI, APP1, SOS] = [0x45786966, 0x8825, 0xffd8, 0xffe1, 0xffda];
const [LAT_REF, LAT, LNG_REF, LNG] = [1, 2, 3, 4];

export async function placeIn(file) {
  try {
    return pointOf(exifOf(new DataView(await file.slice(0, HEAD).arrayBuffer())));
  } catch {
    return null; // it ends in the middle of a number, or cannot be read at all
  }
}

// The part of a JPEG that the camera wrote, from its first byte.
function exifOf(view) {
  if (view.getUint16(0) !== SOI) return null;
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker < 0xff00 || marker === SOS) return null;
    if (marker === APP1 && view.getUint32(at + 4) === EXIF) return new DataView(view.buffer, at + 10);
  }
}

// A list of entries, by their numbers: where the value of each stands, or where it stands itself.
function entriesOf(tiff, little, at) {
  const count = tiff.getUint16(at, little);
  return new Map(Array.from({ length: count }, (_none, n) => at + 2 + 12 * n).map((entry) => [tiff.getUint16(entry, little), entry + 8]));
}

function pointOf(tiff) {
  if (!tiff) return null;
  const little = tiff.getUint16(0) === 0x4949;
  const gps = entriesOf(tiff, little, tiff.getUint32(4, little)).get(GPS);
  if (gps === undefined) return null;
  const told = entriesOf(tiff, little, tiff.getUint32(gps, little));
  if (![LAT_REF, LAT, LNG_REF, LNG].every((each) => told.has(each))) return null;
  const degrees = (tag) => {
    const at = tiff.getUint32(told.get(tag), little);
    const part = (n) => tiff.getUint32(at + 8 * n, little) / tiff.getUint32(at + 8 * n + 4, little);
    return part(0) + part(1) / 60 + part(2) / 3600;
  };
  const letter = (tag) => String.fromCharCode(tiff.getUint8(told.get(tag)));
  const point = { lng: degrees(LNG) * (letter(LNG_REF) === "W" ? -1 : 1), lat: degrees(LAT) * (letter(LAT_REF) === "S" ? -1 : 1) };
  // Phones that did not know where they were write noughts, or nought by nought.
  const known = Math.abs(point.lng) <= 180 && Math.abs(point.lat) <= 90 && (point.lng !== 0 || point.lat !== 0);
  return known ? point : null;
}
