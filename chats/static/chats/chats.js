// A chat on the page: asking for news, keeping the place, small helps while writing. The server does the rest.

const EVERY = 2500; // milliseconds between two looks; none while nobody looks at the page

function look() {
  if (document.hidden) return;
  for (const asker of document.querySelectorAll("[data-look]")) {
    htmx.trigger(asker, `look-${asker.dataset.look}`);
  }
}
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
document.addEventListener("look", look);

// A look that fails is tried again by the next one; a note is shown only if they keep failing.
let failures = 0;
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    if (!event.target.matches?.("[data-look]")) return;
    failures += 1;
    if (failures < 3) document.getElementById("failed").hidden = true;
  });
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.target.matches?.("[data-look]")) {
    failures = 0;
    document.getElementById("failed").hidden = true;
  }
});

// The newest message stays in view for who is at the end; who reads further up keeps the place.
const talk = document.getElementById("talk");
let wasAtEnd = true;
function atEnd() {
  return talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
}
if (talk) {
  talk.scrollTop = talk.scrollHeight;
  new ResizeObserver(() => { if (wasAtEnd) talk.scrollTop = talk.scrollHeight; }).observe(talk);
  talk.addEventListener("scroll", () => { wasAtEnd = atEnd(); });
  talk.addEventListener("load", () => { if (wasAtEnd) talk.scrollTop = talk.scrollHeight; }, true);
  new MutationObserver(settle).observe(talk, { childList: true });
}
function settle() {
  talk.querySelector(".nothing-said")?.remove();
  if (wasAtEnd) talk.scrollTop = talk.scrollHeight;
}
let heightBefore = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.closest?.("#talk .earlier")) heightBefore = talk.scrollHeight;
});
document.addEventListener("htmx:afterSettle", () => {
  if (heightBefore) talk.scrollTop += talk.scrollHeight - heightBefore;
  heightBefore = 0;
});

// How long the reply is still free; when it is over, the server says what it costs then.
setInterval(() => {
  const end = document.querySelector("[data-until]");
  if (!end) return;
  const left = Math.round((new Date(end.dataset.until) - Date.now()) / 1000);
  end.textContent = `${Math.floor(Math.max(left, 0) / 60)}:${String(Math.max(left, 0) % 60).padStart(2, "0")}`;
  if (left <= 0) {
    end.removeAttribute("data-until");
    htmx.trigger("#cost", "ended");
  }
}, 500);

// Others see that somebody is writing.
let toldAt = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-typing]");
  if (!form || !event.target.matches("[data-answer]") || Date.now() - toldAt < 3000) return;
  toldAt = Date.now();
  htmx.ajax("POST", form.dataset.typing, { source: form, swap: "none", values: {} });
});

// Ctrl or ⌘ and Enter sends.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const button = event.target.closest?.("#composer")?.querySelector(".button.main:not(:disabled)");
  button?.click();
});

// Saved replies, stickers, and pieces taken off again.
document.addEventListener("click", (event) => {
  const insert = event.target.closest?.("[data-insert]");
  const sticker = event.target.closest?.("[data-sticker]");
  if (insert) {
    const field = document.querySelector("[data-answer]");
    field.setRangeText(insert.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.focus();
  }
  if (sticker) {
    const pieces = document.getElementById("pieces");
    pieces.querySelector("[name=sticker]")?.closest(".piece").remove();
    const piece = document.getElementById("sticker-piece").content.cloneNode(true);
    piece.querySelector("span span").textContent = `☺ ${sticker.getAttribute("aria-label")}`;
    piece.querySelector("[name=sticker]").value = sticker.dataset.sticker;
    pieces.append(piece);
  }
  if (insert || sticker) (insert || sticker).closest("details").open = false;
  event.target.closest?.("[data-drop]")?.closest(".piece").remove();
});

// What was written is gone from its field once it is kept, and the field is ready for the next.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.target.matches?.("form[data-clear]")) event.target.reset();
  if (event.target.matches?.("input[type=file]")) event.target.value = "";
  if (event.target.id === "composer" && event.detail.successful) {
    wasAtEnd = true;
    document.querySelector("[data-answer]")?.focus();
  }
});

// How many wait stands in the tab's title too, for whoever works in another one.
const title = document.title;
function count() {
  const unread = Number(document.querySelector("[data-unread]")?.dataset.unread || 0);
  document.title = unread ? `(${unread}) ${title}` : title;
}
document.addEventListener("htmx:afterSettle", count);
document.addEventListener("DOMContentLoaded", count);
