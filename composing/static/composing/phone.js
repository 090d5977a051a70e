// What the phone shows: the chat, the notification or the chat list; a friend with a name or without.

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-phone-view]");
  if (button) document.documentElement.dataset.phoneView = button.dataset.phoneView;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-phone-unknown]")) {
    document.documentElement.toggleAttribute("data-phone-unknown", event.target.checked);
  }
});

// The phone is drawn anew while somebody types: it stays as it was scrolled, and shows what was added.
let scrolled = {};
document.addEventListener("htmx:beforeSwap", (event) => {
  const talk = document.querySelector("#phone .talk");
  if (talk) scrolled = { top: talk.scrollTop, said: talk.childElementCount };
});
document.addEventListener("htmx:afterSettle", () => {
  const talk = document.querySelector("#phone .talk");
  if (!talk) return;
  talk.scrollTop = talk.childElementCount > scrolled.said ? talk.scrollHeight : scrolled.top;
  const box = document.querySelector("#phone [data-phone-unknown]");
  if (box) box.checked = document.documentElement.hasAttribute("data-phone-unknown");
});

// A sticker whose picture cannot be had is named.
function giveUp(picture) {
  picture.parentElement.classList.add("unpictured");
  picture.remove();
}
document.addEventListener("error", (event) => event.target.matches?.("img[data-may-fail]") && giveUp(event.target), true);
for (const picture of document.querySelectorAll("img[data-may-fail]")) {
  if (picture.complete && !picture.naturalWidth) giveUp(picture);
}
