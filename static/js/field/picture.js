// A photo as it is kept and sent: upright, 1,600 pixels at most, JPEG. To draw it anew takes out what the camera wrote.

const LONGEST = 1_600;
const QUALITY = 0.8;

export async function shrink(file) {
  const drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(drawn.width * scale));
  canvas.height = Math.max(1, Math.round(drawn.height * scale));
  const ground = canvas.getContext("2d");
  ground.fillStyle = "#fff"; // a drawing may be see-through, a JPEG is not
  ground.fillRect(0, 0, canvas.width, canvas.height);
  ground.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  drawn.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  canvas.width = canvas.height = 0; // some phones keep few canvases
  if (!blob) throw new Error("not drawn");
  return blob;
}
