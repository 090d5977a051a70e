// Elements made without HTML strings: whatever friends and senders write stays text.

export function make(tag, { class: className, text, on = {}, style = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  for (const [property, value] of Object.entries(style)) if (value != null) element.style.setProperty(property, value);
  for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child != null));
  return element;
}

/** The address, if a browser may load or open it; scripts and data are not addresses here. */
export function webAddress(url) {
  return /^https?:\/\//i.test(String(url)) ? String(url) : null;
}

export function picture(url, className, alt = "") {
  const address = webAddress(url) ?? (String(url).startsWith("/phone/") ? url : null);
  const image = make("img", { class: className, src: address, alt, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(make("span", { class: `${className} missing`, text: "🖼" })));
  return image;
}

/** A round picture with the first letter of a name, in a colour of its own. */
export function avatar(name, className) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const letter = [...name.replace(/^株式会社|^@/, "")][0] ?? "?";
  return make("span", { class: `avatar ${className ?? ""}`, text: letter, "aria-hidden": "true", style: { "--hue": hue } });
}
