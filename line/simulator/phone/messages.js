// One message as it stands in the chat.

import { make, picture, webAddress } from "/phone/dom.js";
import { container } from "/phone/flex.js";
import { word } from "/phone/words.js";

/** `tap(action)` makes the listener for an action, `open(url)` the one for a link. */
export function messageView(message, tap, open) {
  return (KINDS[message.type] ?? other)(message, tap, open);
}

/** The row of buttons under the newest message. */
export function quickReplies(message, tap) {
  const items = message?.quickReply?.items ?? [];
  if (!items.length) return null;
  return make("div", { class: "quick-replies" }, ...items.map(({ action, imageUrl }) =>
    make("button", { type: "button", class: "quick-reply", on: { click: tap(action) } },
      imageUrl ? picture(imageUrl, "quick-icon") : null, action.label)));
}

function text(message, _tap, open) {
  return make("div", { class: "balloon" }, ...withLinks(message.text, open));
}

function withLinks(content, open) {
  return content.split(/(https?:\/\/[^\s<>"'、。」）)]+)/).map((part, index) =>
    index % 2 ? make("a", { href: part, text: part, on: { click: open(part) } }) : part);
}

function image(message) {
  const shown = message.id && message.contentProvider ? `/phone/pictures/${message.id}` : message.previewImageUrl;
  const full = webAddress(message.originalContentUrl);
  return make("a", { class: "photo", href: full, target: "_blank", rel: "noopener" }, picture(shown, "photo-image", word("image")));
}

function video(message) {
  return make("div", { class: "photo playable" }, picture(message.previewImageUrl, "photo-image", word("video")));
}

function audio(message) {
  const seconds = Math.round(message.duration / 1000);
  return make("div", { class: "balloon", text: `▶ ${word("audio")} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
}

function sticker(message) {
  return make("div", { class: "sticker" }, make("span", { text: "☺" }), make("small", { text: `${word("sticker")} ${message.packageId}/${message.stickerId}` }));
}

function location(message) {
  return make("div", { class: "card place" }, make("div", { class: "map", text: "📍" }),
    make("div", { class: "card-text" }, make("b", { text: message.title }), make("p", { text: message.address })));
}

function coupon() {
  return make("div", { class: "card" }, make("div", { class: "card-text" }, make("b", { text: `🎟 ${word("coupon")}` })));
}

function flex(message, tap) {
  return container(message.contents, tap);
}

function template(message, tap) {
  return TEMPLATES[message.template.type](message.template, tap);
}

const TEMPLATES = {
  buttons: (content, tap) => card(content, tap),
  confirm: (content, tap) => card(content, tap, "confirm"),
  carousel: (content, tap) => make("div", { class: "carousel" }, ...content.columns.map((column) => card({ ...content, ...column }, tap))),
  image_carousel: (content, tap) => make("div", { class: "carousel" }, ...content.columns.map((column) =>
    make("button", { type: "button", class: "picture-card", on: { click: tap(column.action) } },
      picture(column.imageUrl, "fill"), column.action.label ? make("span", { text: column.action.label }) : null))),
};

function card(content, tap, kind = "") {
  const shape = content.imageAspectRatio === "square" ? "square" : "rectangle";
  const image = content.thumbnailImageUrl ? make("div", { class: `card-image ${shape}` }, picture(content.thumbnailImageUrl, "fill")) : null;
  const words = make("div", { class: "card-text" }, content.title ? make("b", { text: content.title }) : null, make("p", { text: content.text }));
  const actions = content.actions.map((action) => make("button", { type: "button", class: "card-action", text: action.label, on: { click: tap(action) } }));
  return make("div", { class: `card ${kind}` }, image, words, make("div", { class: "card-actions" }, ...actions));
}

function imagemap(message, tap) {
  const { width, height } = message.baseSize;
  const areas = message.actions.map((action) => make("button", { type: "button", class: "area", "aria-label": action.label ?? action.text ?? action.linkUri,
    on: { click: tap({ ...action, uri: action.linkUri }) },
    style: { left: percent(action.area.x, width), top: percent(action.area.y, height), width: percent(action.area.width, width), height: percent(action.area.height, height) } }));
  return make("div", { class: "imagemap", style: { "aspect-ratio": `${width} / ${height}` } }, picture(`${message.baseUrl}/700`, "fill", message.altText), ...areas);
}

function percent(part, whole) {
  return `${(100 * part) / whole}%`;
}

function other(message) {
  return make("div", { class: "balloon", text: message.altText ?? `[${message.type}]` });
}

const KINDS = { text, textV2: text, image, video, audio, sticker, location, coupon, flex, template, imagemap };
