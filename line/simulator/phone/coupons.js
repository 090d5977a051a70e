// Coupon messages. The message names a coupon; what it offers comes with it from the simulator.

import { box, button, make, picture } from "/phone/dom.js";
import { ticket } from "/phone/drawings.js";
import { dayAndTime } from "/phone/times.js";
import { word } from "/phone/words.js";

export function coupon(message, act) {
  const offer = message.coupon ?? {};
  const tag = make("span", { class: "coupon-tag", text: word("coupon") });
  const title = make("b", { text: offer.title ?? message.couponId });
  const until = offer.endTimestamp ? make("p", { text: word("validUntil", { at: dayAndTime(offer.endTimestamp) }) }) : null;
  const look = button("coupon-open", word("showCoupon"), () => act.coupon(message.couponId, offer));
  return box("card coupon", couponImage(offer), box("card-text", tag, title, until), look);
}

/** The coupon itself, as the person would show it at the till. */
export function couponSheet(offer) {
  const lines = [offer.description, offer.usageCondition].filter(Boolean);
  const code = offer.couponCode ? make("p", { class: "coupon-code", text: offer.couponCode }) : null;
  const bars = offer.barcodeImageUrl ? picture(offer.barcodeImageUrl, "coupon-bars", word("coupon")) : null;
  return box(
    "coupon-sheet",
    couponImage(offer),
    make("h3", { text: offer.title ?? word("coupon") }),
    ...lines.map((text) => make("p", { text })),
    bars,
    code,
  );
}

function couponImage({ imageUrl }) {
  if (!imageUrl) return box("coupon-image plain", ticket());
  return box("coupon-image", picture(imageUrl, "fill"));
}
