// One message as it stands in the chat.

import { imagemap } from "/phone/areas.js";
import { coupon } from "/phone/coupons.js";
import { box, button, picture } from "/phone/dom.js";
import { container } from "/phone/flex.js";
import { audio, file, image, location, video } from "/phone/media.js";
import { sticker } from "/phone/stickers.js";
import { template } from "/phone/templates.js";
import { text } from "/phone/text.js";

const KINDS = {
  text,
  textV2: text,
  image,
  video,
  audio,
  file,
  sticker,
  location,
  coupon,
  template,
  imagemap,
  flex: (message, act) => container(message.contents, act),
};
const WIDE = ["flex", "template", "imagemap", "coupon"];

/** `act`: `tap(action)` makes a listener, `open(url)`, `show(media)` and `coupon(id, offer)` act at once. */
export function messageView(message, act) {
  const draw = Object.hasOwn(KINDS, message.type) ? KINDS[message.type] : other;
  return draw(message, act);
}

/** Whether it stands over the whole width of the chat, with the time below it. */
export function isWide(message) {
  return WIDE.includes(message.type);
}

/** The row of buttons under the newest message. */
export function quickReplies(message, act) {
  const items = message.quickReply?.items ?? [];
  return items.length ? box("quick-replies", ...items.map((item) => quickReply(item, act))) : null;
}

function quickReply({ action, imageUrl }, act) {
  const element = button("quick-reply", action.label, act.tap(action));
  if (imageUrl) element.prepend(picture(imageUrl, "quick-icon"));
  return element;
}

function other(message) {
  return box("balloon", message.altText ?? `[${message.type}]`);
}
