// A message in one line: as the list of chats, a notification and a quote show it.

import { word } from "/phone/words.js";

const SENT = {
  image: "lastImage",
  video: "lastVideo",
  audio: "lastAudio",
  file: "lastFile",
  sticker: "lastSticker",
  location: "lastLocation",
  coupon: "lastCoupon",
};

export function inOneLine(message) {
  if (!message) return "";
  if (message.unsent) return word("unsentMine");
  if (message.type === "text") return withoutEmojis(message);
  if (message.type === "textV2") return message.text.replace(/{{|}}|{\w+}/g, inWords);
  return message.altText ?? word(SENT[message.type] ?? "lastOther");
}

function inWords(piece) {
  if (piece === "{{" || piece === "}}") return piece[0];
  return `(${word("lineEmoji")})`;
}

/** Where an emoji cannot be drawn, its name stands. */
function withoutEmojis({ text, emojis = [] }) {
  const fromTheEnd = [...emojis].sort((one, other) => other.index - one.index);
  return fromTheEnd.reduce((line, { index, length = 1 }) => {
    return `${line.slice(0, index)}(${word("lineEmoji")})${line.slice(index + length)}`;
  }, text);
}
