// Stickers, with a face of ours for each.

import { box, make } from "/phone/dom.js";
import { face } from "/phone/drawings.js";
import { word } from "/phone/words.js";

const PACKAGE = "446";
const FIRST = 1988;

/** What the phone can send: some of those that LINE lets everyone send. */
export const sendable = Array.from({ length: 16 }, (_, index) => {
  return { packageId: PACKAGE, stickerId: String(FIRST + index) };
});

export function stickerFace({ packageId, stickerId }) {
  const number = Number(stickerId) - (packageId === PACKAGE ? FIRST : 0);
  return face(Math.abs(number % 16) || 0, `${word("sticker")} ${packageId}/${stickerId}`);
}

export function sticker(message) {
  const name = make("small", { text: `${message.packageId} / ${message.stickerId}` });
  return box("sticker", stickerFace(message), name);
}
