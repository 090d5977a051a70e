// Elements made without HTML strings: whatever friends and senders write stays text.

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

/** The address, if a browser may load or open it; scripts and data are not addresses here. */
export function webAddress(url) {
  return /^https?:\/\//i.test(String(url)) ? String(url) : null;
}

export function picture(url, className, alt = "") {
  const address = webAddress(url) ?? (String(url).startsWith("/phone/") ? url : null);
  const image = make("img", { class: className, src: address, alt, loading: "lazy" });
  const missing = make("span", { class: `${className} missing`, text: "🖼" });
  image.addEventListener("error", () => image.replaceWith(missing));
  return image;
}

/** A round picture with the first letter of a name, in a colour of its own. */
export function avatar(name, className = "") {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const letter = [...name][0] ?? "?";
  const look = { class: `avatar ${className}`, style: { "--hue": hue } };
  return make("span", { ...look, text: letter, "aria-hidden": "true" });
}

function present(values) {
  return Object.entries(values).filter(([, value]) => value != null);
}
