// The editor of scenarios: steps are dragged, moved by keys and added at a place; the server draws the flow anew.

const editor = document.getElementById("editor");
const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

let dragged = "";
let place = "";
let isTyped = false;

function act(values) {
  const revision = editor.querySelector("[name=revision]")?.value ?? document.querySelector("#adding [name=revision]")?.value;
  return htmx.ajax("POST", editor.dataset.act, { source: editor, target: editor, values: { revision, ...values } });
}

function open(asked) {
  const address = `${editor.dataset.panel}?${new URLSearchParams(asked)}`;
  return htmx.ajax("GET", address, { source: editor, target: document.getElementById("panel") });
}

// Nothing typed is lost by opening another part, or by moving a step.
function mayLeave() {
  return !isTyped || window.confirm(document.getElementById("panel-form").dataset.leaving);
}
editor.addEventListener("input", (event) => {
  if (event.target.closest("#panel-form")) isTyped = true;
});
editor.addEventListener("htmx:confirm", (event) => {
  const { verb, elt } = event.detail;
  const isLeaving = verb === "get" ? elt.closest("a") : elt.matches("form:not(#panel-form)");
  if (isLeaving && !mayLeave()) event.preventDefault();
});
window.addEventListener("beforeunload", (event) => {
  if (isTyped) event.preventDefault();
});
editor.addEventListener("submit", (event) => {
  if (event.submitter?.name !== "do") isTyped = false;
});

// Which fields there are depends on what is chosen.
editor.addEventListener("change", (event) => {
  const form = event.target.closest("#panel-form");
  if (!form || !event.target.matches("select[name^=n-]")) return;
  htmx.ajax("POST", editor.dataset.panel, { source: form, target: document.getElementById("panel"), values: { do: "shape" } });
});

// The menu of steps, for the place whose + was pressed.
editor.addEventListener("click", (event) => {
  const adds = event.target.closest("[data-adds]");
  const choice = event.target.closest("#adding [data-type]");
  const closes = event.target.closest("#adding [data-close]");
  const dialog = document.getElementById("adding");
  if (adds && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    place = adds.dataset.adds;
    dialog.querySelector("[name=to]").value = place;
    dialog.showModal();
    dialog.querySelector(".choice").focus();
  } else if (choice) {
    event.preventDefault();
    dialog.close();
    if (mayLeave()) open({ part: "new", type: choice.dataset.type, key: place }).then(showPanel);
  } else if (closes || event.target === dialog) {
    event.preventDefault();
    dialog.close();
  }
});
editor.addEventListener("keydown", (event) => {
  if (!event.target.closest("#adding")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const choices = [...document.querySelectorAll("#adding .choice")];
  choices[Math.min(Math.max(choices.indexOf(document.activeElement) + step, 0), choices.length - 1)]?.focus();
});

// Keys on a step.
editor.addEventListener("keydown", (event) => {
  const step = event.target.dataset?.step;
  if (!step) return;
  const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
  let what = event.altKey ? KEYS[event.key] : "";
  if (isPlain && event.key === "Delete") what = "remove";
  if (isPlain && event.key.toLowerCase() === "d") what = "copy";
  if (!what) return;
  event.preventDefault();
  if (mayLeave()) act({ do: what, step, part: "step", key: step });
});

// Dragging a step onto an edge.
editor.addEventListener("dragstart", (event) => {
  const node = event.target.closest?.("[data-step]");
  if (!node) return;
  dragged = node.dataset.step;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged);
  node.classList.add("is-dragged");
  editor.classList.add("is-moving");
});
editor.addEventListener("dragend", () => {
  for (const each of editor.querySelectorAll(".is-dragged, .is-goal")) each.classList.remove("is-dragged", "is-goal");
  editor.classList.remove("is-moving");
  dragged = "";
});
editor.addEventListener("dragover", (event) => {
  const edge = event.target.closest("[data-spot]");
  if (!dragged || !edge) return;
  event.preventDefault();
  for (const each of editor.querySelectorAll(".is-goal")) if (each !== edge) each.classList.remove("is-goal");
  edge.classList.add("is-goal");
});
editor.addEventListener("drop", (event) => {
  const edge = event.target.closest("[data-spot]");
  if (!dragged || !edge) return;
  event.preventDefault();
  if (mayLeave()) act({ do: "move", step: dragged, to: edge.dataset.spot, part: "step", key: dragged });
});

// The drawing stays as it was scrolled; what is open in it is seen.
let scrolled = null;
editor.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === editor) scrolled = editor.querySelector(".canvas").scrollLeft;
});
function show(node) {
  const canvas = editor.querySelector(".canvas");
  if (!node || !canvas) return;
  const place = node.getBoundingClientRect(), frame = canvas.getBoundingClientRect();
  if (place.left < frame.left || place.right > frame.right) {
    canvas.scrollLeft += (place.left + place.right - frame.left - frame.right) / 2;
  }
}
show(document.getElementById("trigger"));
show(editor.querySelector(".node.is-open"));

// What is open is seen, marked in the drawing, and begins in its first field.
function showPanel() {
  document.querySelector("#panel .panel-form :is(input:not([type=hidden]), select, textarea)")?.focus();
}
editor.addEventListener("htmx:afterSwap", (event) => {
  const panel = document.getElementById("panel");
  if (event.detail.target === panel) {
    const part = panel.querySelector("[name=part]")?.value ?? "";
    const key = panel.querySelector("#panel-form [name=key], .step-acts [name=key]")?.value ?? "";
    panel.classList.toggle("is-open", Boolean(panel.querySelector(".close-panel")));
    mark(part, key);
    show(editor.querySelector(".node.is-open"));
    isTyped = event.detail.requestConfig?.verb === "post";
  } else if (event.detail.target === editor) {
    editor.querySelector(".canvas").scrollLeft = scrolled ?? 0;
    show(editor.querySelector(".node.is-open"));
    document.getElementById("publish")?.classList.toggle("main", !document.getElementById("publish").dataset.version || Boolean(editor.querySelector("[data-changed]")));
    isTyped = Boolean(panel.querySelector("#panel-form > .notice.bad"));
  }
});

function mark(part, key) {
  const page = editor.querySelector(".flow-page");
  const isWide = ["send", "notice"].includes(editor.querySelector("#panel-form [name=type]")?.value);
  page.classList.toggle("is-wide", isWide && Boolean(key));
  for (const each of editor.querySelectorAll(".node, .frame-of")) {
    const isOpen = each.id === (part === "step" ? `step-${key}` : part === "trigger" ? "trigger" : `frame-${part}`);
    each.classList.toggle("is-open", isOpen);
    each.toggleAttribute("aria-current", isOpen);
  }
}
