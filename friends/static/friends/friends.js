// Choosing a colour from the palette, and all rows of the page at once.

document.addEventListener("click", (event) => {
  const color = event.target.closest("[data-pick]");
  if (color) color.closest("form").querySelector("input[type=color]").value = color.dataset.pick;
});

document.addEventListener("change", (event) => {
  const name = event.target.dataset.selectAll;
  if (!name) return;
  for (const box of event.target.closest("form").querySelectorAll(`input[name="${name}"]`)) {
    box.checked = event.target.checked;
  }
});
