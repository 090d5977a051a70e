// Flex messages, as LINE lays them out.

import { make, picture } from "/phone/dom.js";

const SPACES = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const TEXT_SIZES = { xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px", "3xl": "35px", "4xl": "48px", "5xl": "74px" };
const IMAGE_SIZES = { xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px", "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%" };
const BUBBLE_WIDTHS = { nano: "120px", micro: "160px", deca: "220px", hecto: "241px", kilo: "260px", mega: "300px", giga: "100%" };
const RADII = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const BORDERS = { none: "0", light: "1px", normal: "2px", medium: "3px", "semi-bold": "4px", bold: "5px" };
const ALIGNS = { start: "left", center: "center", end: "right" };
const GRAVITIES = { top: "flex-start", center: "center", bottom: "flex-end" };

/** `tap(action)` makes the listener for an action. */
export function container(content, tap) {
  if (content.type === "carousel") {
    return make("div", { class: "carousel" }, ...content.contents.map((one) => bubble(one, tap)));
  }
  return bubble(content, tap);
}

function bubble(content, tap) {
  const styles = content.styles ?? {};
  const blocks = ["header", "hero", "body", "footer"]
    .filter((name) => content[name])
    .map((name) => block(name, content[name], styles[name] ?? {}, tap));
  const element = make("div", { class: "flex-bubble", dir: content.direction, style: { width: BUBBLE_WIDTHS[content.size ?? "mega"] } }, ...blocks);
  return tappable(element, content.action, tap);
}

function block(name, content, style, tap) {
  const shown = component(content, tap, "vertical");
  const border = style.separator ? `1px solid ${style.separatorColor ?? "#d9d9d9"}` : null;
  return make("div", { class: `flex-${name}`, style: { background: style.backgroundColor, "border-top": border } }, shown);
}

function component(content, tap, within) {
  const element = (KINDS[content.type] ?? unknown)(content, tap, within);
  place(element, content, within);
  return content.type === "button" ? element : tappable(element, content.action, tap);
}

function place(element, content, within) {
  const style = element.style;
  if (content.margin) style.setProperty(within === "vertical" ? "margin-top" : "margin-inline-start", space(content.margin));
  const share = content.flex ?? (within === "vertical" || content.width ? 0 : 1);
  style.flex = share > 0 && !(content.type === "icon" || content.type === "separator") ? `${share} 1 0` : "0 0 auto";
  if (within === "vertical" && share > 0) style.flex = `${share} 0 auto`;
  if (content.position === "absolute") {
    style.position = "absolute";
    if (content.width == null && content.type === "box" && content.offsetStart != null && content.offsetEnd == null) style.right = "auto";
  }
  for (const [key, side] of [["offsetTop", "top"], ["offsetBottom", "bottom"], ["offsetStart", "left"], ["offsetEnd", "right"]]) {
    if (content[key]) style.setProperty(side, space(content[key]));
  }
}

function box(content, tap) {
  const element = make("div", { class: `flex-box ${content.layout}`, style: {
    gap: space(content.spacing),
    padding: space(content.paddingAll),
    "padding-top": space(content.paddingTop),
    "padding-bottom": space(content.paddingBottom),
    "padding-inline-start": space(content.paddingStart),
    "padding-inline-end": space(content.paddingEnd),
    background: gradient(content.background) ?? content.backgroundColor,
    "border-radius": RADII[content.cornerRadius] ?? content.cornerRadius,
    border: content.borderWidth && `${BORDERS[content.borderWidth] ?? content.borderWidth} solid ${content.borderColor ?? "#000"}`,
    width: content.width, height: content.height, "max-width": content.maxWidth, "max-height": content.maxHeight,
    "justify-content": content.justifyContent, "align-items": content.alignItems,
  } });
  element.append(...(content.contents ?? []).map((one) => component(one, tap, content.layout === "vertical" ? "vertical" : "horizontal")));
  return element;
}

function text(content) {
  const lines = content.wrap ? content.maxLines || null : 1;
  const element = make("div", { class: lines ? "flex-text clamped" : "flex-text", style: {
    ...letters(content), "font-size": TEXT_SIZES[content.size ?? "md"] ?? content.size,
    "text-align": ALIGNS[content.align], "align-self": GRAVITIES[content.gravity], "line-height": null,
    "-webkit-line-clamp": lines,
  } });
  const spans = (content.contents ?? []).map((span) => make("span", { text: span.text, style: { ...letters(span), "font-size": TEXT_SIZES[span.size] ?? span.size } }));
  element.append(...(spans.length ? spans : [content.text ?? ""]));
  return element;
}

function letters(content) {
  return {
    color: content.color,
    "font-weight": content.weight === "bold" ? "700" : null,
    "font-style": content.style === "italic" ? "italic" : null,
    "text-decoration": content.decoration,
  };
}

function image(content) {
  const [width, height] = (content.aspectRatio ?? "1:1").split(":").map(Number);
  const margin = { start: "0 auto 0 0", end: "0 0 0 auto" }[content.align] ?? "0 auto";
  const frame = make("div", { class: "flex-image", style: {
    width: IMAGE_SIZES[content.size ?? "md"] ?? content.size, "aspect-ratio": `${width} / ${height}`,
    background: content.backgroundColor, margin,
  } });
  const shown = picture(content.url, "fill");
  shown.style.objectFit = content.aspectMode === "cover" ? "cover" : "contain";
  frame.append(shown);
  return make("div", { class: "flex-image-row" }, frame);
}

function icon(content) {
  const size = TEXT_SIZES[content.size ?? "md"] ?? content.size;
  const shown = picture(content.url, "flex-icon");
  shown.style.height = size;
  return shown;
}

function button(content, tap) {
  const style = content.style ?? "link";
  const paint = style === "link" ? { color: content.color } : { background: content.color };
  return make("button", { type: "button", class: `flex-button ${style} ${content.height ?? "md"}`, text: content.action.label, style: paint, on: { click: tap(content.action) } });
}

function separator(content, _tap, within) {
  const side = within === "vertical" ? "border-top" : "border-inline-start";
  return make("div", { class: "flex-separator", style: { [side]: `1px solid ${content.color ?? "#d4d6da"}` } });
}

const filler = () => make("div", { class: "flex-filler" });
const spacer = (content) => make("div", { style: { height: space(content.size ?? "md") } });
const video = (content, tap) => component(content.altContent, tap, "vertical");
const unknown = () => make("div");

const KINDS = { box, text, image, icon, button, separator, filler, spacer, video };

function tappable(element, action, tap) {
  if (!action) return element;
  element.classList.add("tappable");
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  const act = tap(action);
  element.addEventListener("click", (event) => { event.stopPropagation(); act(event); });
  element.addEventListener("keydown", (event) => { if (event.key === "Enter") act(event); });
  return element;
}

function space(value) {
  return value == null ? null : SPACES[value] ?? value;
}

function gradient(background) {
  if (background?.type !== "linearGradient") return null;
  return `linear-gradient(${background.angle}, ${background.startColor}, ${background.endColor})`;
}
