// Elements made without HTML strings: whatever friends and senders write stays text.

import { noPicture } from "/phone/drawings.js";

export function make(tag, { class: className, text, on = {}, style = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  for (const [property, value] of present(style)) element.style.setProperty(property, value);
  for (const [name, value] of present(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child != null));
  return element;
}

export function box(className, ...children) {
  return make("div", { class: className }, ...children);
}

export function button(className, label, act, attributes = {}) {
  return make("button", { type: "button", class: className, text: label, on: { click: act }, ...attributes });
}

/** A button that shows a drawing in place of a word; the word is for those who cannot see it. */
export function iconButton(className, icon, label, act) {
  return button(`icon-button ${className}`, icon, act, { "aria-label": label, title: label });
}

/** An element that can be tapped although it is not a button. Without a listener it stays as it is. */
export function tappable(element, act) {
  if (!act) return element;
  element.classList.add("tappable");
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    act(event);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === element) act(event);
  });
  return element;
}

/** The address, if a browser may load or open it; scripts and data are not addresses here. */
export function webAddress(url) {
  return /^https?:\/\//i.test(String(url)) ? String(url) : null;
}

/** As `webAddress`, and the simulator's own paths. */
export function loadable(url) {
  return webAddress(url) ?? (/^\/(?!\/)/.test(String(url)) ? String(url) : null);
}

export function picture(url, className, alt = "") {
  const image = make("img", { class: className, src: loadable(url), alt, loading: "lazy", draggable: "false" });
  const missing = make("span", { class: `${className} missing`, title: alt || null }, noPicture());
  image.addEventListener("error", () => {
    missing.style.cssText = image.style.cssText;
    image.replaceWith(missing);
  });
  return image;
}

/** A round picture, or the first letter of a name in a colour of its own. */
export function avatar(name, className = "", url = null) {
  if (loadable(url)) return picture(url, `avatar ${className}`, "");
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const letter = [...name][0] ?? "?";
  const look = { class: `avatar ${className}`, style: { "--hue": hue } };
  return make("span", { ...look, text: letter, "aria-hidden": "true" });
}

function present(values) {
  return Object.entries(values).filter(([, value]) => value != null);
}
