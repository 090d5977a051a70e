// Small manners of the pages; everything works through the server, htmx fetches the live parts.

// Menus close when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details[data-menu][open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a phone the tabs, and the console's pages, are wider than the screen: show the one that is open.
document.addEventListener("DOMContentLoaded", () => {
  for (const open of document.querySelectorAll(".head .nav [aria-current], .tabs [aria-current]")) {
    open.scrollIntoView({ inline: "center", block: "nearest" });
  }
});

// The search field of a long client list.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const wanted = event.target.value.normalize("NFKC").toLowerCase();
  for (const link of event.target.parentElement.querySelectorAll("a")) {
    link.hidden = !link.textContent.normalize("NFKC").toLowerCase().includes(wanted);
  }
});

// Who was signed out meanwhile sees the sign-in page, not a piece of it; what fails is said.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL).pathname.startsWith("/sign-in/")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
// It is said until that very part has come: that another one came, such as the number of unread talks, is no news.
const out = new Set();
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    out.add(event.detail.target);
    document.getElementById("failed").hidden = false;
  });
}
document.addEventListener("htmx:afterSwap", (event) => {
  out.delete(event.detail.target);
  for (const part of out) if (!part.isConnected) out.delete(part);
  if (!out.size) document.getElementById("failed").hidden = true;
});

// A button sends its form once, however often it is pressed: a second post would come too late, and say so. What
// answers with a file leaves the page standing, and may be asked for again.
const AGAIN_AFTER = 5_000;
window.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.method !== "post") return;
  if (button.ariaBusy === "true") return event.preventDefault();
  button.ariaBusy = "true";
  setTimeout(() => (button.ariaBusy = null), AGAIN_AFTER);
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) button.ariaBusy = null;
});

// Colours, and the looks of messages on the phone: set here, since the content policy allows no style attribute.
function paint(root) {
  for (const part of root.querySelectorAll("[data-color], [data-background], [data-style]")) {
    if (part.dataset.color) part.style.color = part.dataset.color;
    if (part.dataset.style) part.style.cssText = part.dataset.style;
    if (part.dataset.background) part.style.backgroundColor = part.dataset.background;
  }
}
document.addEventListener("DOMContentLoaded", () => paint(document));
document.addEventListener("htmx:load", (event) => paint(event.detail.elt.parentElement || document));
