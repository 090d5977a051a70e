// Pictures, films, sound, files, places.

import { box, button, make, picture, tappable } from "/phone/dom.js";
import { paper, pin } from "/phone/drawings.js";
import { word } from "/phone/words.js";

/** Where the content of a message is: with its sender, or here when a friend sent it. */
function source(message) {
  if (message.contentProvider === undefined) return { full: message.originalContentUrl, small: message.previewImageUrl };
  const { type, originalContentUrl, previewImageUrl } = message.contentProvider;
  if (type === "external") return { full: originalContentUrl, small: previewImageUrl ?? originalContentUrl };
  const here = `/phone/contents/${message.id}`;
  return { full: here, small: here };
}

export function image(message, act) {
  const { full, small } = source(message);
  const shown = picture(small, "photo-image", word("image"));
  return tappable(box("photo", shown), () => act.show({ image: full }));
}

export function video(message, act) {
  const { full, small } = source(message);
  const isOurs = message.contentProvider !== undefined;
  const play = () => act.show({ video: full, preview: isOurs ? null : small, trackingId: message.trackingId });
  const length = message.duration ? make("small", { class: "length", text: duration(message.duration) }) : null;
  const element = isOurs ? firstFrame(full, play) : poster(small, play);
  if (length) element.append(length);
  return element;
}

/** A film's picture with the sign that it can be played. */
export function poster(url, play) {
  const element = box("photo playable", picture(url, "photo-image", word("video")), box("play-sign", "▶"));
  element.setAttribute("aria-label", word("play"));
  return tappable(element, play);
}

function firstFrame(url, play) {
  const film = make("video", { class: "photo-image", src: url, preload: "metadata", muted: "" });
  return tappable(box("photo playable", film, box("play-sign", "▶")), play);
}

export function audio(message, act) {
  const { full } = source(message);
  const length = make("span", { class: "audio-length", text: duration(message.duration ?? 0) });
  const sign = make("span", { class: "audio-sign", text: "▶", "aria-hidden": "true" });
  const waves = make("span", { class: "audio-waves", "aria-hidden": "true" });
  const element = button("balloon audio", "", () => act.show({ audio: full }), { "aria-label": word("play") });
  element.append(sign, waves, length);
  return element;
}

export function file(message, act) {
  const name = make("b", { text: message.fileName });
  const size = make("small", { text: bytes(message.fileSize) });
  const element = button("balloon file", "", () => act.show({ file: source(message).full, name: message.fileName }));
  element.append(paper(), box("file-text", name, size));
  return element;
}

export function location(message, act) {
  const title = make("b", { text: message.title ?? word("location") });
  const address = make("p", { text: message.address ?? `${message.latitude}, ${message.longitude}` });
  const map = `https://www.google.com/maps?q=${message.latitude},${message.longitude}`;
  return tappable(box("card place", box("map", pin()), box("card-text", title, address)), () => act.open(map));
}

function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function bytes(number) {
  if (!(number >= 1024)) return `${number ?? 0} B`;
  return number < 1024 ** 2 ? `${(number / 1024).toFixed(1)} KB` : `${(number / 1024 ** 2).toFixed(1)} MB`;
}
