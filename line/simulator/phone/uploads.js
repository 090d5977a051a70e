// A file on its way to the account: what kind of message it is, and no larger than the simulator takes.

const LARGEST = 1_900_000;
const LONGEST_SIDE = 1600;

export const MOST_MEGABYTES = 1.9;

/** What `Line.sendFile` wants: [blob, type, more]. Null when the file is too large. */
export async function readyToSend(file) {
  const kind = file.type.split("/")[0];
  const blob = kind === "image" ? await smaller(file) : file;
  if (blob.size > LARGEST) return null;
  if (kind === "image") return [blob, "image", {}];
  if (kind === "video" || kind === "audio") return [blob, kind, { duration: await duration(file, kind) }];
  return [blob, "file", { fileName: file.name, fileSize: file.size }];
}

/** LINE makes pictures smaller too before it sends them. */
async function smaller(file) {
  if (file.size <= LARGEST && /jpeg|png/.test(file.type)) return file;
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}

/** In milliseconds; a second where the browser cannot tell. */
function duration(file, kind) {
  const player = document.createElement(kind);
  return new Promise((found) => {
    player.addEventListener("loadedmetadata", () => found(Math.round(player.duration * 1000) || 1000));
    player.addEventListener("error", () => found(1000));
    player.src = URL.createObjectURL(file);
  });
}
