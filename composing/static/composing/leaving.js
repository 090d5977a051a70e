// Asks before what was written is left behind unsaved.

let unsaved = false;

function isWritten(target) {
  return Boolean(target.closest("form")?.querySelector("#bubbles"));
}

document.addEventListener("DOMContentLoaded", () => {
  unsaved = Boolean(document.querySelector("#bubbles [data-unsaved]"));
});
document.addEventListener("input", (event) => {
  if (isWritten(event.target)) unsaved = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.parameters?.do && isWritten(event.detail.elt)) unsaved = true;
});
document.addEventListener("submit", () => {
  unsaved = false;
});
document.addEventListener("click", (event) => {
  if (event.target.closest(".bottom-actions a, [data-leaves]")) unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
