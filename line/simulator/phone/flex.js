// Flex messages: bubbles of boxes in boxes, laid out as LINE does.
// Source: https://developers.line.biz/en/docs/messaging-api/flex-message-layout/

import { box as plainBox, make, tappable } from "/phone/dom.js";
import * as parts from "/phone/flex-parts.js";
import { border, bubbleWidth, space } from "/phone/flex-scales.js";

const BLOCKS = ["header", "hero", "body", "footer"];
const OFFSETS = {
  offsetTop: "top",
  offsetBottom: "bottom",
  offsetStart: "inset-inline-start",
  offsetEnd: "inset-inline-end",
};
const NEVER_STRETCHED = ["icon", "separator"];
const KINDS = { ...parts, box };

/** `act.tap(action)` makes the listener for an action, `act.show(media)` opens a video. */
export function container(content, act) {
  if (content.type !== "carousel") return bubble(content, act);
  return plainBox("carousel", ...content.contents.map((one) => bubble(one, act)));
}

function bubble(content, act) {
  const size = content.size ?? "mega";
  const blocks = BLOCKS.filter((name) => content[name]).map((name) => block(name, content, act));
  const look = { class: `flex-bubble ${size}`, dir: content.direction ?? "ltr" };
  const element = make("div", { ...look, style: { width: bubbleWidth(size) } }, ...blocks);
  return tappable(element, content.action && act.tap(content.action));
}

function block(name, bubbleContent, act) {
  const style = bubbleContent.styles?.[name] ?? {};
  const line = style.separator ? `1px solid ${style.separatorColor ?? "#d4d6da"}` : null;
  const paint = { "background-color": style.backgroundColor, "border-top": line };
  return make("div", { class: `flex-${name}`, style: paint }, component(bubbleContent[name], act, "vertical"));
}

function component(content, act, within, before = null) {
  const draw = Object.hasOwn(KINDS, content.type) ? KINDS[content.type] : parts.filler;
  const element = draw(content, act);
  place(element.style, content, within, before);
  const isTappable = content.action && !["button", "video"].includes(content.type);
  return isTappable ? tappable(element, act.tap(content.action)) : element;
}

/** Its share of the box around it, its distance from the part before, its place if it floats. */
function place(style, content, within, before) {
  const isVertical = within === "vertical";
  style.flex = share(content, isVertical);
  const distance = space(content.margin ?? before);
  if (distance) style.setProperty(isVertical ? "margin-top" : "margin-inline-start", distance);
  if (content.position === "absolute") style.position = "absolute";
  for (const [key, side] of Object.entries(OFFSETS)) {
    if (content[key]) style.setProperty(side, space(content[key]));
  }
}

/** As LINE's page translates `flex` to CSS: 0 takes what it needs, more is a share. */
function share(content, isVertical) {
  const hasSize = content.type === "box" && (content.width || content.height);
  const isFixed = NEVER_STRETCHED.includes(content.type) || (!isVertical && hasSize);
  const factor = isFixed ? 0 : (content.flex ?? (isVertical && content.type !== "filler" ? 0 : 1));
  if (!factor) return "0 0 auto";
  return isVertical ? `${factor} 0 auto` : `${factor} 0 0px`;
}

function box(content, act) {
  const children = content.contents.map((one, index) => {
    const isFirst = index === 0 || one.position === "absolute";
    return component(one, act, content.layout, isFirst ? null : content.spacing);
  });
  return make("div", { class: `flex-box ${content.layout}`, style: { ...size(content), ...paint(content) } }, ...children);
}

function size(content) {
  return {
    padding: space(content.paddingAll),
    "padding-top": space(content.paddingTop),
    "padding-bottom": space(content.paddingBottom),
    "padding-inline-start": space(content.paddingStart),
    "padding-inline-end": space(content.paddingEnd),
    width: content.width,
    height: content.height,
    "max-width": content.maxWidth,
    "max-height": content.maxHeight,
    "justify-content": content.justifyContent,
    "align-items": content.alignItems,
  };
}

function paint(content) {
  const width = content.borderWidth && border(content.borderWidth);
  return {
    "background-color": content.backgroundColor,
    "background-image": gradient(content.background),
    "border-radius": space(content.cornerRadius),
    border: width && `${width} solid ${content.borderColor ?? "#000000"}`,
  };
}

function gradient(background) {
  if (background?.type !== "linearGradient") return null;
  const { angle, startColor, centerColor, centerPosition = "50%", endColor } = background;
  const middle = centerColor ? `, ${centerColor} ${centerPosition}` : "";
  return `linear-gradient(${angle}, ${startColor}${middle}, ${endColor})`;
}
