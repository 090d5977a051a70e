// The parts of a Flex message that hold no others: text, image, icon, button, separator, video.

import { box, button as plainButton, make, picture } from "/phone/dom.js";
import { gravity, imageSize, ratio, space, textSize } from "/phone/flex-scales.js";
import { poster } from "/phone/media.js";

const ALIGNS = { start: "start", center: "center", end: "end" };
const IMAGE_SIDES = { start: "flex-start", center: "center", end: "flex-end" };

export function text(content) {
  const lines = content.wrap ? content.maxLines || null : 1;
  const style = {
    ...letters({ size: "md", ...content }),
    "text-align": ALIGNS[content.align],
    "row-gap": space(content.lineSpacing),
    "-webkit-line-clamp": lines,
  };
  if (content.lineSpacing) style["line-height"] = `calc(1.4em + ${space(content.lineSpacing)})`;
  const spans = (content.contents ?? []).map(span);
  const words = make("div", { class: wordsClass(content, lines), style }, ...(spans.length ? spans : [content.text ?? ""]));
  if (content.adjustMode === "shrink-to-fit" && !content.wrap) shrinkToFit(words);
  return make("div", { class: "flex-text", style: { "justify-content": gravity(content.gravity) } }, words);
}

function wordsClass(content, lines) {
  if (!lines) return "flex-words";
  return content.wrap ? "flex-words clamped" : "flex-words clamped one-line";
}

function span(content) {
  return make("span", { text: content.text, style: letters(content) });
}

function letters(content) {
  return {
    color: content.color,
    "font-size": textSize(content.size),
    "font-weight": { bold: "700", regular: "400" }[content.weight],
    "font-style": content.style,
    "text-decoration-line": content.decoration,
  };
}

/** Smaller letters until the line fits; known only once it stands in the page. */
function shrinkToFit(words) {
  const watcher = new ResizeObserver(() => {
    let size = parseFloat(getComputedStyle(words).fontSize);
    for (; size > 8 && words.scrollWidth > words.clientWidth; size -= 1) words.style.fontSize = `${size - 1}px`;
  });
  watcher.observe(words);
}

export function image(content) {
  const shown = picture(content.url, "fill");
  shown.style.objectFit = content.aspectMode === "cover" ? "cover" : "contain";
  const size = content.size ?? "md";
  const style = {
    width: imageSize(size),
    "aspect-ratio": ratio(content.aspectRatio ?? "1:1"),
    "background-color": content.backgroundColor,
  };
  const frame = make("div", { class: "flex-image", style }, shown);
  if (/%$/.test(size)) sizeByPicture(frame, shown, size);
  const place = {
    "justify-content": IMAGE_SIDES[content.align ?? "center"],
    "align-items": gravity(content.gravity),
  };
  return make("div", { class: "flex-image-row", style: place }, frame);
}

/** A percentage is of the picture's own width. */
function sizeByPicture(frame, shown, size) {
  shown.addEventListener("load", () => {
    frame.style.width = `${(shown.naturalWidth * parseFloat(size)) / 100}px`;
  });
}

export function icon(content) {
  const shown = picture(content.url, "flex-icon");
  shown.style.height = textSize(content.size ?? "md");
  shown.style.aspectRatio = ratio(content.aspectRatio ?? "1:1");
  return shown;
}

export function button(content, act) {
  const kind = content.style ?? "link";
  const style = kind === "link" ? { color: content.color } : { "background-color": content.color };
  const shape = `flex-button ${kind} ${content.height ?? "md"}`;
  const element = plainButton(shape, "", act.tap(content.action), { style });
  const label = make("span", { class: "flex-label", text: content.action.label ?? "" });
  if (content.adjustMode === "shrink-to-fit") shrinkToFit(label);
  element.append(label);
  return make("div", { class: "flex-button-row", style: { "justify-content": gravity(content.gravity) } }, element);
}

export function separator(content) {
  return make("div", { class: "flex-separator", style: { "background-color": content.color } });
}

/** Plays in the photo viewer; a link, where there is one, stands beside it. */
export function video(content, act) {
  const shown = poster(content.previewUrl, () => act.show({ video: content.url, preview: content.previewUrl }));
  shown.classList.add("flex-video");
  shown.style.aspectRatio = ratio(content.aspectRatio ?? "1:1");
  const link = content.action
    ? plainButton("flex-video-link", content.action.label ?? "↗", act.tap(content.action))
    : null;
  return box("flex-video-frame", shown, link);
}

export const filler = () => box("flex-filler");
export const spacer = (content) => make("div", { style: { height: space(content.size ?? "md") } });
