// Pictures with places to tap on: imagemap messages and rich menus.

import { button, make, picture } from "/phone/dom.js";
import { poster } from "/phone/media.js";

export function imagemap(message, act) {
  const size = message.baseSize;
  const areas = message.actions.map((action) => {
    const tap = act.tap({ ...action, uri: action.linkUri });
    return area(action.area, size, action.label ?? action.text ?? action.linkUri ?? action.type, tap);
  });
  const film = message.video ? [filmArea(message.video, size, act)] : [];
  const shown = picture(`${message.baseUrl}/700`, "fill", message.altText);
  const ratio = { "aspect-ratio": `${size.width} / ${size.height}` };
  return make("div", { class: "imagemap", style: ratio }, shown, ...film, ...areas);
}

/** A place on a picture of `size`, that can be tapped. */
export function area(bounds, size, label, act) {
  return button("area", "", act, { "aria-label": label, title: label, style: place(bounds, size) });
}

function filmArea({ area: bounds, originalContentUrl, previewImageUrl, externalLink }, size, act) {
  const film = { video: originalContentUrl, preview: previewImageUrl, link: externalLink };
  const element = poster(previewImageUrl, () => act.show(film));
  element.classList.add("film-area");
  for (const [side, value] of Object.entries(place(bounds, size))) element.style.setProperty(side, value);
  return element;
}

function place({ x, y, width, height }, size) {
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  return {
    left: percent(x, size.width),
    top: percent(y, size.height),
    width: percent(width, size.width),
    height: percent(height, size.height),
  };
}
