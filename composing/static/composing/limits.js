// Counts what is typed as LINE counts it, and says when it is too much. The numbers come with the fields.

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const LINE_EMOJI = /\(emoji:[0-9a-zA-Z]{1,100}\/[0-9a-zA-Z]{1,100}\)/g;
const COMPANY = ["thumbnailImageUrl", "title"];

function lengthOf(text, count) {
  return count === "graphemes" ? [...segmenter.segment(text)].length : text.length;
}

// A field of the same message or column.
function neighbour(field, name) {
  return document.getElementsByName(field.name.replace(/[^-]*$/, name))[0];
}

function limitOf(field) {
  const crowded = field.dataset.beside && COMPANY.some((name) => neighbour(field, name)?.value);
  return Number(crowded ? field.dataset.beside : field.dataset.limit);
}

function showCount(field) {
  let shown = field.parentElement.querySelector(":scope > .typed");
  if (!shown) {
    shown = document.createElement("output");
    shown.className = "typed";
    shown.htmlFor = field.id;
    (field.parentElement.querySelector(":scope > .from-library") || field).after(shown);
  }
  const length = lengthOf(field.value.replace(LINE_EMOJI, "$"), field.dataset.count);
  const limit = limitOf(field);
  const over = length - limit;
  const say = document.querySelector("[data-over-limit]")?.dataset.overLimit || "";
  const figures = `${length.toLocaleString("en")} / ${limit.toLocaleString("en")}`;
  shown.textContent = over > 0 ? `${figures} · ${say.replace("{count}", over.toLocaleString("en"))}` : figures;
  shown.classList.toggle("over", over > 0);
  shown.hidden = over <= 0 && field.tagName === "INPUT" && length < limit * 0.5;
  field.toggleAttribute("data-over", over > 0);
}

function showCounts(root) {
  root.querySelectorAll("[data-limit]:not([type=hidden])").forEach(showCount);
}

document.addEventListener("DOMContentLoaded", () => showCounts(document));
document.addEventListener("htmx:load", (event) => showCounts(event.detail.elt.parentElement || document));
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-limit]")) showCount(event.target);
  if (COMPANY.some((name) => event.target.name?.endsWith(`-${name}`))) {
    const text = neighbour(event.target, "text");
    if (text?.dataset.beside) showCount(text);
  }
});
