// One message as it stands in the chat.

import { box, button, make, picture, webAddress } from "/phone/dom.js";
import { container } from "/phone/flex.js";
import { word } from "/phone/words.js";

/** `tap(action)` makes the listener for an action, `open(url)` the one for a link. */
export function messageView(message, tap, open) {
  return (KINDS[message.type] ?? other)(message, tap, open);
}

/** The row of buttons under the newest message. */
export function quickReplies(message, tap) {
  const items = message.quickReply?.items ?? [];
  return items.length ? box("quick-replies", ...items.map((item) => quickReply(item, tap))) : null;
}

function quickReply({ action, imageUrl }, tap) {
  const element = button("quick-reply", action.label, tap(action));
  if (imageUrl) element.prepend(picture(imageUrl, "quick-icon"));
  return element;
}

function text(message, _tap, open) {
  const parts = message.text.split(/(https?:\/\/[^\s<>"'、。」）)]+)/);
  return box("balloon", ...parts.map((part, index) => (index % 2 ? link(part, open) : part)));
}

function link(url, open) {
  return make("a", { href: url, text: url, on: { click: open(url) } });
}

function image(message) {
  const isFromFriend = message.contentProvider !== undefined;
  const shown = isFromFriend ? `/phone/pictures/${message.id}` : message.previewImageUrl;
  const full = { href: webAddress(message.originalContentUrl), target: "_blank", rel: "noopener" };
  return make("a", { class: "photo", ...full }, picture(shown, "photo-image", word("image")));
}

function video(message) {
  return box("photo playable", picture(message.previewImageUrl, "photo-image", word("video")));
}

function audio(message) {
  const seconds = Math.round(message.duration / 1000);
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return box("balloon", `▶ ${word("audio")} ${length}`);
}

function sticker(message) {
  const name = `${word("sticker")} ${message.packageId}/${message.stickerId}`;
  return box("sticker", make("span", { text: "☺" }), make("small", { text: name }));
}

function location(message) {
  return box("card place", box("map", "📍"), cardText(message.title, message.address));
}

function coupon() {
  return box("card", cardText(`🎟 ${word("coupon")}`));
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
  carousel: ({ columns, ...shared }, tap) => side(columns, (column) => card({ ...shared, ...column }, tap)),
  image_carousel: ({ columns }, tap) => side(columns, (column) => pictureCard(column, tap)),
};

function side(columns, draw) {
  return box("carousel", ...columns.map(draw));
}

function card(content, tap, kind = "") {
  const shape = content.imageAspectRatio === "square" ? "square" : "rectangle";
  const url = content.thumbnailImageUrl;
  const actions = content.actions.map((action) => button("card-action", action.label, tap(action)));
  return box(
    `card ${kind}`,
    url ? box(`card-image ${shape}`, picture(url, "fill")) : null,
    cardText(content.title, content.text),
    box("card-actions", ...actions),
  );
}

function cardText(title, content) {
  const heading = title ? make("b", { text: title }) : null;
  return box("card-text", heading, content ? make("p", { text: content }) : null);
}

function pictureCard({ imageUrl, action }, tap) {
  const element = make("button", { type: "button", class: "picture-card", on: { click: tap(action) } });
  element.append(picture(imageUrl, "fill", action.label ?? ""));
  if (action.label) element.append(make("span", { text: action.label }));
  return element;
}

function imagemap(message, tap) {
  const { width, height } = message.baseSize;
  const ratio = { "aspect-ratio": `${width} / ${height}` };
  const areas = message.actions.map((action) => area(action, width, height, tap));
  const shown = picture(`${message.baseUrl}/700`, "fill", message.altText);
  return make("div", { class: "imagemap", style: ratio }, shown, ...areas);
}

function area(action, width, height, tap) {
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  const { x, y, width: across, height: down } = action.area;
  const place = {
    left: percent(x, width),
    top: percent(y, height),
    width: percent(across, width),
    height: percent(down, height),
  };
  const label = action.label ?? action.text ?? action.linkUri;
  const act = tap({ ...action, uri: action.linkUri });
  return button("area", "", act, { "aria-label": label, style: place });
}

function other(message) {
  return box("balloon", message.altText ?? `[${message.type}]`);
}

const KINDS = {
  text,
  textV2: text,
  image,
  video,
  audio,
  sticker,
  location,
  coupon,
  flex,
  template,
  imagemap,
};
