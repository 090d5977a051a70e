// Small drawings of our own. LINE's stickers and emoji are LINE's: a face stands in, the same for the same ids.

const SVG = "http://www.w3.org/2000/svg";
const EYES = [
  ["M30 44a5 5 0 1 0 .1 0M70 44a5 5 0 1 0 .1 0", true],
  ["M24 48q7-9 14 0M62 48q7-9 14 0", false],
  ["M24 44q7 8 14 0M62 44q7 8 14 0", false],
  ["M24 46h13M70 43v7", false],
];
const MOUTHS = [
  ["M38 62q12 14 24 0", false],
  ["M36 60q14 26 28 0z", true],
  ["M40 70q10-11 20 0", false],
  ["M50 62a6 7 0 1 0 .1 0", true],
];

/** A face for a number: sixteen moods, each in a colour of its own. */
export function face(number, label) {
  const [eyes, isEyeFull] = EYES[number % 4];
  const [mouth, isMouthFull] = MOUTHS[Math.floor(number / 4) % 4];
  const hue = (number * 67 + 42) % 360;
  const parts = [
    shape("circle", { cx: 50, cy: 52, r: 44, fill: `hsl(${hue} 82% 74%)` }),
    shape("ellipse", { cx: 26, cy: 58, rx: 7, ry: 4.5, fill: "#ff6b81", opacity: 0.55 }),
    shape("ellipse", { cx: 74, cy: 58, rx: 7, ry: 4.5, fill: "#ff6b81", opacity: 0.55 }),
    line(eyes, isEyeFull),
    line(mouth, isMouthFull),
  ];
  return drawing("face", "0 0 100 104", parts, label);
}

export function pin() {
  const drop = shape("path", { d: "M20 2a16 16 0 0 1 16 16c0 11-16 28-16 28S4 29 4 18A16 16 0 0 1 20 2z", fill: "#e5484d" });
  return drawing("pin", "0 0 40 48", [drop, shape("circle", { cx: 20, cy: 18, r: 6, fill: "#fff" })]);
}

export function ticket() {
  const paper = "M6 16h88v14a10 10 0 0 0 0 20v14H6V50a10 10 0 0 0 0-20z";
  const tear = { d: "M66 20v40", stroke: "#fff", "stroke-width": 3, "stroke-dasharray": "5 5", fill: "none" };
  return drawing("ticket", "0 0 100 80", [shape("path", { d: paper, fill: "#e5694a" }), shape("path", tear)]);
}

export function paper() {
  const sheet = shape("path", { d: "M6 2h18l10 10v30H6z", fill: "#fff", stroke: "#8a93a3", "stroke-width": 2 });
  return drawing("paper", "0 0 40 44", [sheet, line("M24 2v10h10M12 20h16M12 27h16M12 34h10", false, "#8a93a3", 2)]);
}

/** In the place of a picture that could not be loaded. */
export function noPicture() {
  const frame = shape("rect", { x: 4, y: 6, width: 40, height: 36, rx: 5, fill: "none", stroke: "#9aa3b2", "stroke-width": 3 });
  return drawing("no-picture", "0 0 48 48", [frame, line("M8 36l11-13 8 9 6-6 8 9M33 17h.1", false, "#9aa3b2", 3)]);
}

function line(d, isFull, color = "#3b2a20", width = 4.5) {
  const round = { "stroke-linecap": "round", "stroke-linejoin": "round", "stroke-width": width, stroke: color };
  return shape("path", { d, fill: isFull ? color : "none", ...round });
}

function drawing(className, viewBox, parts, label) {
  const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  const element = shape("svg", { class: `drawing ${className}`, viewBox, ...named });
  element.append(...parts);
  return element;
}

function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
