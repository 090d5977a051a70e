// The editor of surveys: questions are dragged, and the phone shows the one that is looked at.

let dragged = null;
const form = () => document.getElementById("editor");
const actField = () => form().querySelector("input[type=hidden][name=act]");
const card = (element) => element?.closest?.(".question");

function act(words) {
  actField().value = words;
  form().requestSubmit();
}

document.addEventListener("focusin", (event) => {
  const looked = card(event.target);
  if (!looked || !form() || event.target.matches("button")) return;
  const at = form().elements.namedItem("at");
  if (at.value === looked.dataset.place) return;
  at.value = looked.dataset.place;
  for (const each of form().querySelectorAll(".question")) each.classList.toggle("is-at", each === looked);
  form().dispatchEvent(new Event("look"));
});

document.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.("[data-drag]")) return;
  dragged = card(event.target);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.place);
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const goal = card(event.target);
  if (!dragged || !goal) return;
  event.preventDefault();
  for (const each of form().querySelectorAll(".is-goal")) if (each !== goal) each.classList.remove("is-goal");
  if (goal !== dragged) goal.classList.add("is-goal");
});
document.addEventListener("drop", (event) => {
  const goal = card(event.target);
  if (!dragged || !goal || goal === dragged) return;
  event.preventDefault();
  act(`move:${dragged.dataset.place}:${goal.dataset.place}`);
});
document.addEventListener("dragend", () => {
  dragged = null;
  for (const each of document.querySelectorAll(".is-dragged, .is-goal")) each.classList.remove("is-dragged", "is-goal");
});

// Whoever adds a question goes on by writing it.
let asked = "";
document.addEventListener("submit", (event) => {
  if (event.target === form()) asked = event.submitter?.value || "";
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "editor" || !/^(add|copy|undo)\b/.test(asked)) return;
  asked = "";
  form().querySelector(".question.is-at textarea")?.focus();
});

// Where an answer leads to, the question is called as it is called now, also while its words are typed.
document.addEventListener("input", (event) => {
  if (!form()?.contains(event.target) || !event.target.matches(".question textarea[name$='-title']")) return;
  const { place } = card(event.target).dataset;
  const id = form().elements.namedItem(`q${place}-id`).value;
  const words = event.target.value.slice(0, 40) || form().dataset.noWords;
  for (const each of form().querySelectorAll("select[name$='-next'] option"))
    if (each.value === id) each.textContent = `${Number(place) + 1}. ${words}`;
});

// A picture is seen beside its answer as soon as it is chosen.
document.addEventListener("media:chosen", (event) => {
  const place = event.target.closest?.(".option .picture");
  if (!place) return;
  let shown = place.querySelector("img");
  if (!shown) {
    shown = Object.assign(document.createElement("img"), { alt: "", width: 44, height: 44 });
    place.prepend(shown);
  }
  shown.src = event.detail.preview || event.detail.address;
});
