// Template messages: buttons, confirm, and the two carousels.

import { box, button, make, picture, tappable } from "/phone/dom.js";

export function template(message, act) {
  const kind = message.template.type;
  const draw = Object.hasOwn(KINDS, kind) ? KINDS[kind] : () => box("balloon", message.altText);
  return draw(message.template, act);
}

const KINDS = {
  buttons: (content, act) => card(content, act, "buttons"),
  confirm: (content, act) => card(content, act, "confirm"),
  carousel: ({ columns, ...shared }, act) => side(columns, (column) => card({ ...shared, ...column }, act, "buttons")),
  image_carousel: ({ columns }, act) => side(columns, (column) => pictureCard(column, act)),
};

function side(columns, draw) {
  return box("carousel", ...columns.map(draw));
}

function card(content, act, kind) {
  const actions = content.actions.map((action) => button("card-action", action.label, act.tap(action)));
  const middle = tappable(cardText(content), content.defaultAction && act.tap(content.defaultAction));
  return box(`card ${kind}`, cardImage(content, act), middle, box("card-actions", ...actions));
}

function cardImage(content, act) {
  if (!content.thumbnailImageUrl) return null;
  const shape = content.imageAspectRatio === "square" ? "square" : "rectangle";
  const shown = picture(content.thumbnailImageUrl, "fill");
  shown.style.objectFit = content.imageSize === "contain" ? "contain" : "cover";
  const look = { class: `card-image ${shape}`, style: { "background-color": content.imageBackgroundColor } };
  return tappable(make("div", look, shown), content.defaultAction && act.tap(content.defaultAction));
}

function cardText({ title, text }) {
  return box("card-text", title ? make("b", { text: title }) : null, make("p", { text }));
}

function pictureCard({ imageUrl, action }, act) {
  const element = button("picture-card", "", act.tap(action), { "aria-label": action.label ?? action.type });
  element.append(picture(imageUrl, "fill"));
  if (action.label) element.append(make("span", { class: "picture-label", text: action.label }));
  return element;
}
