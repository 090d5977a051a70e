// Ticks in lists: one for all of a page, and no button for the ticked ones while there are none.
function settleTicks(form) {
  const ticks = [...form.querySelectorAll('input[name="pk"]')];
  const all = form.querySelector("[data-tick-all]");
  if (all) {
    all.hidden = ticks.length === 0;
    all.querySelector("input").checked = ticks.length > 0 && ticks.every((tick) => tick.checked);
  }
  for (const button of form.querySelectorAll("[data-needs-tick]")) {
    button.disabled = !ticks.some((tick) => tick.checked);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-ticks]");
  if (!form) return;
  if (event.target.closest("[data-tick-all]")) {
    for (const tick of form.querySelectorAll('input[name="pk"]')) tick.checked = event.target.checked;
  }
  settleTicks(form);
});

const settleAll = () => document.querySelectorAll("form[data-ticks]").forEach(settleTicks);
document.addEventListener("DOMContentLoaded", settleAll);
document.addEventListener("htmx:load", settleAll);
