// What comes up over a phone's screen: a sheet from below, a picture over all of it, a notification above.

import { avatar, box, button, iconButton, loadable, make } from "/phone/dom.js";
import { word } from "/phone/words.js";

/** A sheet over `glass`. Answers with what closes it. */
export function openSheet(glass, title, ...content) {
  const close = () => layer.remove();
  const heading = make("h3", { class: "sheet-title", text: title });
  const top = box("sheet-top", heading, iconButton("quiet", "✕", word("cancel"), close));
  const sheet = make("section", { class: "sheet", role: "dialog", "aria-label": title }, top, ...content);
  const layer = layerOver(glass, "sheet-layer", sheet, close);
  (sheet.querySelector("input, textarea, .sheet-list button") ?? sheet.querySelector("button")).focus();
  return close;
}

/** A sheet with one line for each choice: [label, what it does, note]. Choosing closes it. */
export function openChoices(glass, title, choices) {
  const rows = choices.filter(Boolean).map(([label, act, note]) => {
    const choose = () => {
      close();
      act();
    };
    const row = button("choice", label, choose);
    if (note) row.append(make("small", { text: note }));
    return row;
  });
  const close = openSheet(glass, title, box("sheet-list", ...rows));
}

/** A picture, film or sound over the whole screen; `ended` is told when a film was seen to its end. */
export function openMedia(glass, media, { ended, follow }) {
  const close = () => layer.remove();
  const player = playerOf(media, ended);
  const link = media.link ? button("media-link", media.link.label, () => follow(media.link.linkUri)) : null;
  const parts = [iconButton("media-close", "✕", word("cancel"), close), player, link].filter(Boolean);
  const frame = make("section", { class: "media", role: "dialog" }, ...parts);
  const layer = layerOver(glass, "media-layer", frame, close);
  frame.querySelector("button").focus();
}

function playerOf({ image, video, audio, file, name, preview }, ended) {
  if (image) return make("img", { class: "media-shown", src: loadable(image), alt: word("image") });
  if (file) return make("a", { class: "media-link", href: loadable(file), download: name, text: `${word("download")}: ${name}` });
  const kind = audio ? "audio" : "video";
  const look = { class: "media-shown", src: loadable(audio ?? video), poster: preview && loadable(preview) };
  return make(kind, { ...look, controls: "", autoplay: "", playsinline: "", on: { ended } });
}

/** The line a locked telephone would show, for a few seconds. */
export function showNotification(glass, { name, pictureUrl, text, open }) {
  const words = box("banner-text", make("b", { text: name }), make("span", { text }));
  const banner = button("banner", "", () => {
    banner.remove();
    open?.();
  });
  banner.append(avatar(name, "small", pictureUrl), words);
  for (const old of glass.querySelectorAll(".banner")) old.remove();
  glass.append(banner);
  setTimeout(() => banner.remove(), 6000);
}

function layerOver(glass, className, content, close) {
  const backdrop = make("div", { class: "backdrop", on: { click: close } });
  const layer = box(className, backdrop, content);
  layer.addEventListener("keydown", (event) => event.key === "Escape" && close());
  glass.append(layer);
  return layer;
}
