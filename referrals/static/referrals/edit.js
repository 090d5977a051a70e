// The form of a programme: only the fields of the chosen action, and the message as it is written.

const form = document.querySelector(".programme-form");

function show() {
  const kind = form.querySelector("[name=kind]:checked")?.value;
  for (const part of form.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== kind;
}

form.addEventListener("change", show);
form.querySelector("[name=shared]").addEventListener("input", (event) => {
  form.querySelector("[data-shared]").textContent = event.target.value;
});
show();
