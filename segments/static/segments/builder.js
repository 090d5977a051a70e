// The builder of conditions: buttons and keys ask the server, the menu searches, changes can be undone.

const form = document.getElementById("segment-form");
const builder = document.getElementById("builder");
const dialog = document.getElementById("adding");
const undo = document.getElementById("undo");

// Acts whose place is another one after an act before them: while that is on its way, they are left out.
const NEEDS_PLACE = /^(remove|copy|up|down|in|out|less)\b/;
// Acts that change how conditions are shown, not what they say.
const SHOWS_ONLY = /^(open|close|text|fields|shape|count)\b/;
const MOST_REMEMBERED = 50;

let before = conditions();
let counted = before;
let past = [];
let isChanged = "changed" in form.dataset;
let waiting = 0;
let last = Promise.resolve();
let opened = [];

function conditions() {
  const entries = [...new FormData(form)].filter(([name]) => name === "json" || name.startsWith("n-"));
  return JSON.stringify(entries);
}

// Keep what stood there before the latest change, for the button that brings it back.
function remember() {
  const now = conditions();
  if (now === before) return;
  keep(before);
  before = now;
}

function keep(state) {
  past.push(state);
  past = past.slice(-MOST_REMEMBERED);
  isChanged = true;
  undo.hidden = false;
}

function act(what) {
  if (waiting && NEEDS_PLACE.test(what)) return;
  inTurn(() => {
    remember();
    if (!SHOWS_ONLY.test(what)) keep(before);
    return ask(builder, { do: what });
  });
}

// One after the other, each with what the one before has answered.
function inTurn(step) {
  const done = () => { waiting -= 1; };
  waiting += 1;
  last = last.then(step).then(done, done);
}

function ask(source, values) {
  opened = [...builder.querySelectorAll("details.extra[open]")].map((details) => details.id);
  return htmx.ajax("POST", form.dataset.build, { source, target: builder, swap: "innerHTML", values });
}

undo.addEventListener("click", () => {
  if (waiting || !past.length) return;
  const values = { do: "count" };
  for (const [name, value] of JSON.parse(past.pop())) (values[name] ??= []).push(value);
  undo.hidden = !past.length;
  // From the body, since from inside of the form the present fields would be sent too.
  inTurn(() => ask(document.body, values));
});

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.name !== "do") {
    isChanged = false;
    return;
  }
  event.preventDefault();
  if (button.dataset.adds) choose(button.dataset.adds);
  else if (button.dataset.add) add(button.dataset.add);
  else act(button.value);
});

// Which fields a condition has depends on what is chosen in it.
builder.addEventListener("change", (event) => {
  if (!event.target.matches("select")) return;
  event.stopPropagation();
  act(`shape:${event.target.closest("[data-place]").dataset.place}`);
});

builder.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.parameters.do) return;
  if (conditions() === counted) event.preventDefault();
  else remember();
});

// What another part of the page puts in the place of the conditions can be undone too.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, pathInfo } = event.detail;
  if (pathInfo.requestPath !== form.dataset.build || elt === builder || elt === document.body) return;
  remember();
  keep(before);
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.pathInfo?.requestPath !== form.dataset.build || !event.detail.successful) return;
  if (event.detail.requestConfig.parameters.do) shownAnew();
  counted = conditions();
  htmx.trigger(document.body, "counted");
});

function shownAnew() {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  before = conditions();
}

// Keys on a condition, and on the menu of a group.
const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
builder.addEventListener("keydown", (event) => {
  if (!event.target.matches(".said, .acts > summary")) return;
  const what = event.key === "Delete" ? "remove" : event.altKey && KEYS[event.key];
  if (!what) return;
  event.preventDefault();
  act(`${what}:${event.target.closest("[data-place]").dataset.place}`);
});

// The menu of conditions.
const seek = dialog.querySelector("[data-seek]");
const none = dialog.querySelector("[data-none]");

function choose(place) {
  dialog.dataset.place = place;
  seek.value = "";
  narrow();
  dialog.showModal();
  seek.focus();
}

function add(type) {
  dialog.close();
  act(`add:${dialog.dataset.place || "n"}:${type}`);
}

function choices() {
  return [...dialog.querySelectorAll("[data-add]")].filter((button) => !button.hidden);
}

function narrow() {
  const wanted = folded(seek.value);
  for (const section of dialog.querySelectorAll("section")) {
    const isNamed = folded(section.querySelector("h3").textContent).includes(wanted);
    const buttons = [...section.querySelectorAll("[data-add]")];
    for (const button of buttons) button.hidden = !isNamed && !folded(button.textContent).includes(wanted);
    section.hidden = buttons.every((button) => button.hidden);
  }
  none.hidden = choices().length > 0;
}

function folded(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}

seek.addEventListener("input", narrow);
dialog.addEventListener("keydown", (event) => {
  const shown = choices();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" && event.target === seek) {
    event.preventDefault();
    if (!event.isComposing && shown.length) add(shown[0].dataset.add);
  } else if (step) {
    event.preventDefault();
    const place = shown.indexOf(document.activeElement) + step;
    (place < 0 ? seek : shown[Math.min(place, shown.length - 1)])?.focus();
  }
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
});

// Copying, and the line that is no JSON.
document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  const line = event.target.closest("[data-line]");
  if (copy) {
    const source = document.querySelector(copy.dataset.copy);
    navigator.clipboard?.writeText(source.value ?? source.textContent);
    copy.textContent = copy.dataset.copied;
  }
  if (line) select(document.getElementById("json"), Number(line.dataset.line));
});

function select(text, line) {
  const lines = text.value.split("\n");
  const begin = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(begin, begin + (lines[line - 1] ?? "").length);
}

// Nobody leaves by mistake.
form.addEventListener("input", () => { isChanged = true; });
document.querySelector("[data-leave]")?.addEventListener("click", () => { isChanged = false; });
window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});
