// Texts: links, LINE's emoji and mentions in their places.

import { box, make } from "/phone/dom.js";
import { face } from "/phone/drawings.js";
import { word } from "/phone/words.js";

const ADDRESS = /(https?:\/\/[^\s<>"'、。」）)]+)/;
const PLACEHOLDER = /({{|}}|{[0-9A-Za-z_]{1,20}})/;

export function text(message, act) {
  const pieces = message.type === "textV2" ? substituted(message) : withEmojis(message);
  const parts = pieces.flatMap((piece) => (typeof piece === "string" ? withLinks(piece, act) : [piece]));
  return box("balloon", ...parts);
}

/** The text in pieces, with an emoji for each `$` that is one. Indexes count UTF-16 units, as strings here do. */
function withEmojis({ text: content, emojis = [] }) {
  let end = 0;
  const pieces = [...emojis]
    .sort((one, other) => one.index - other.index)
    .flatMap((one) => {
      const before = content.slice(end, one.index);
      end = one.index + (one.length ?? 1);
      return [before, emoji(one)];
    });
  return [...pieces, content.slice(end)].filter((piece) => piece !== "");
}

/** textV2: `{name}` stands for a mention or an emoji, doubled braces for themselves. */
function substituted({ text: content, substitution = {} }) {
  return content
    .split(PLACEHOLDER)
    .filter((piece) => piece !== "")
    .map((piece) => substitute(piece, substitution));
}

function substitute(piece, substitution) {
  if (piece === "{{" || piece === "}}") return piece[0];
  if (!/^{\w+}$/.test(piece)) return piece;
  const name = piece.slice(1, -1);
  if (!Object.hasOwn(substitution, name)) return piece;
  const { type, mentionee } = substitution[name];
  if (type === "emoji") return emoji(substitution[name]);
  return make("span", { class: "mention", text: `@${word(mentionee?.type === "all" ? "everyone" : "somebody")}` });
}

function emoji({ productId, emojiId }) {
  const label = `${word("lineEmoji")} ${productId}/${emojiId}`;
  return make("span", { class: "line-emoji", title: label }, face(sum(`${productId}${emojiId}`) % 16, label));
}

function sum(letters) {
  return [...letters].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 9973, 7);
}

function withLinks(content, act) {
  return content.split(ADDRESS).map((part, index) => (index % 2 ? link(part, act) : part));
}

function link(url, act) {
  const open = (event) => {
    event.preventDefault();
    act.open(url);
  };
  return make("a", { href: url, rel: "noopener", text: url, on: { click: open } });
}
