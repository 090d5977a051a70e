// Flex messages, as LINE lays them out.

import { box as plainBox, button as plainButton, make, picture } from "/phone/dom.js";

const SPACES = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const TEXT_SIZES = {
  xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px",
  "3xl": "35px", "4xl": "48px", "5xl": "74px",
};
const IMAGE_SIZES = {
  xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px",
  "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%",
};
const BUBBLE_WIDTHS = {
  nano: "120px", micro: "160px", deca: "220px", hecto: "241px", kilo: "260px", mega: "300px", giga: "100%",
};
const BORDERS = { none: "0", light: "1px", normal: "2px", medium: "3px", "semi-bold": "4px", bold: "5px" };
const ALIGNS = { start: "left", center: "center", end: "right" };
const IMAGE_MARGINS = { start: "0 auto 0 0", center: "0 auto", end: "0 0 0 auto" };
const GRAVITIES = { top: "flex-start", center: "center", bottom: "flex-end" };
const OFFSETS = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "left", offsetEnd: "right" };
const NEVER_STRETCHED = ["icon", "separator"];

/** `tap(action)` makes the listener for an action. */
export function container(content, tap) {
  if (content.type !== "carousel") return bubble(content, tap);
  return plainBox("carousel", ...content.contents.map((one) => bubble(one, tap)));
}

function bubble(content, tap) {
  const blocks = ["header", "hero", "body", "footer"]
    .filter((name) => content[name])
    .map((name) => block(name, content[name], content.styles?.[name] ?? {}, tap));
  const width = BUBBLE_WIDTHS[content.size ?? "mega"];
  const look = { class: "flex-bubble", dir: content.direction, style: { width } };
  return tappable(make("div", look, ...blocks), content.action, tap);
}

function block(name, content, style, tap) {
  const border = style.separator ? `1px solid ${style.separatorColor ?? "#d9d9d9"}` : null;
  const paint = { background: style.backgroundColor, "border-top": border };
  return make("div", { class: `flex-${name}`, style: paint }, component(content, tap, "vertical"));
}

function component(content, tap, within) {
  const element = KINDS[content.type](content, tap, within);
  place(element.style, content, within);
  return content.type === "button" ? element : tappable(element, content.action, tap);
}

/** Its share of the box around it, its distance from the one before, its place if it floats. */
function place(style, content, within) {
  const isVertical = within === "vertical";
  const share = content.flex ?? (isVertical || content.width ? 0 : 1);
  const isStretched = share > 0 && !NEVER_STRETCHED.includes(content.type);
  style.flex = isStretched ? `${share} ${isVertical ? 0 : 1} ${isVertical ? "auto" : "0"}` : "0 0 auto";
  if (content.margin) {
    style.setProperty(isVertical ? "margin-top" : "margin-inline-start", space(content.margin));
  }
  if (content.position === "absolute") style.position = "absolute";
  for (const [key, side] of Object.entries(OFFSETS)) {
    if (content[key]) style.setProperty(side, space(content[key]));
  }
}

function box(content, tap) {
  const border = content.borderWidth && `${BORDERS[content.borderWidth] ?? content.borderWidth} solid`;
  const style = {
    gap: space(content.spacing),
    padding: space(content.paddingAll),
    "padding-top": space(content.paddingTop),
    "padding-bottom": space(content.paddingBottom),
    "padding-inline-start": space(content.paddingStart),
    "padding-inline-end": space(content.paddingEnd),
    background: gradient(content.background) ?? content.backgroundColor,
    "border-radius": space(content.cornerRadius),
    border: border && `${border} ${content.borderColor ?? "#000000"}`,
    width: content.width,
    height: content.height,
    "max-width": content.maxWidth,
    "max-height": content.maxHeight,
    "justify-content": content.justifyContent,
    "align-items": content.alignItems,
  };
  const parts = content.contents.map((one) => component(one, tap, content.layout));
  return make("div", { class: `flex-box ${content.layout}`, style }, ...parts);
}

function text(content) {
  const lines = content.wrap ? content.maxLines || null : 1;
  const style = {
    ...letters({ size: "md", ...content }),
    "text-align": ALIGNS[content.align],
    "align-self": GRAVITIES[content.gravity],
    "-webkit-line-clamp": lines,
  };
  const spans = (content.contents ?? []).map(textSpan);
  const className = lines ? "flex-text clamped" : "flex-text";
  return make("div", { class: className, style }, ...(spans.length ? spans : [content.text ?? ""]));
}

function textSpan(content) {
  return make("span", { text: content.text, style: letters(content) });
}

function letters(content) {
  return {
    color: content.color,
    "font-size": TEXT_SIZES[content.size] ?? content.size,
    "font-weight": content.weight === "bold" ? "700" : null,
    "font-style": content.style === "italic" ? "italic" : null,
    "text-decoration": content.decoration,
  };
}

function image(content) {
  const shown = picture(content.url, "fill");
  shown.style.objectFit = content.aspectMode === "cover" ? "cover" : "contain";
  const size = content.size ?? "md";
  const style = {
    width: IMAGE_SIZES[size] ?? size,
    "aspect-ratio": (content.aspectRatio ?? "1:1").replace(":", " / "),
    background: content.backgroundColor,
    margin: IMAGE_MARGINS[content.align ?? "center"],
  };
  return plainBox("flex-image-row", make("div", { class: "flex-image", style }, shown));
}

function icon(content) {
  const shown = picture(content.url, "flex-icon");
  const size = content.size ?? "md";
  shown.style.height = TEXT_SIZES[size] ?? size;
  return shown;
}

function button(content, tap) {
  const kind = content.style ?? "link";
  const style = kind === "link" ? { color: content.color } : { background: content.color };
  const className = `flex-button ${kind} ${content.height ?? "md"}`;
  return plainButton(className, content.action.label, tap(content.action), { style });
}

function separator(content, _tap, within) {
  const side = within === "vertical" ? "border-top" : "border-inline-start";
  const style = { [side]: `1px solid ${content.color ?? "#d4d6da"}` };
  return make("div", { class: "flex-separator", style });
}

const filler = () => plainBox("flex-filler");
const spacer = (content) => make("div", { style: { height: space(content.size ?? "md") } });
const video = (content, tap) => component(content.altContent, tap, "vertical");

const KINDS = { box, text, image, icon, button, separator, filler, spacer, video };

function tappable(element, action, tap) {
  if (!action) return element;
  const act = tap(action);
  element.classList.add("tappable");
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    act(event);
  });
  element.addEventListener("keydown", (event) => event.key === "Enter" && act(event));
  return element;
}

function space(value) {
  return SPACES[value] ?? value;
}

function gradient(background) {
  if (background?.type !== "linearGradient") return null;
  return `linear-gradient(${background.angle}, ${background.startColor}, ${background.endColor})`;
}
