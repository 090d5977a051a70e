// A friend's coupon: copies its code, and shows the clock that runs while a use is fresh.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    getSelection().selectAllChildren(document.getElementById("code")); // no clipboard: long-press copies it
    return;
  }
  const before = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = before; }, 2000);
});

for (const clock of document.querySelectorAll("[data-clock]")) {
  const ahead = new Date(clock.dataset.clock) - Date.now(); // our time, whatever the phone's clock says
  const shift = clock.textContent.slice(0, 2) - new Date(clock.dataset.clock).getUTCHours();
  const tick = () => {
    clock.textContent = new Date(Date.now() + ahead + shift * 3600000).toISOString().slice(11, 19);
  };
  setInterval(tick, 250);
}
