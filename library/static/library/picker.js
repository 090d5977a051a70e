// Choosing a file of the library for a field: `<input data-media="image">` gets a button that opens a window.
//
// The field gets the file's public address, then `input` and `change`, and `media:chosen` with all that is known.
// `data-media-shape` asks for a cut of a picture first; `data-media-fills="previewImageUrl:preview"` names fields
// of the same prefix that are filled along.

const library = document.querySelector("meta[name=media-library]");
let field = null;

function offer(root) {
  for (const input of root.querySelectorAll("input[data-media]")) {
    if (input.parentElement.querySelector(`[data-media-pick="${input.id}"]`)) continue;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: library.dataset.choose });
    button.className = "button small from-library";
    button.dataset.mediaPick = input.id;
    input.after(button);
  }
}
offer(document);
document.addEventListener("htmx:load", (event) => offer(event.detail.elt.parentElement || document));

function theWindow() {
  let found = document.getElementById("media-window");
  if (found) return found;
  found = Object.assign(document.createElement("dialog"), { id: "media-window" });
  found.setAttribute("aria-label", library.dataset.title);
  const head = document.createElement("header");
  const leave = Object.assign(document.createElement("button"), { type: "button", textContent: library.dataset.leave });
  leave.className = "button small";
  leave.addEventListener("click", () => found.close());
  head.append(Object.assign(document.createElement("h2"), { textContent: library.dataset.title }), leave);
  const body = Object.assign(document.createElement("div"), { className: "body" });
  found.append(head, body);
  document.body.append(found);
  return found;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-media-pick]");
  if (opener) openFor(document.getElementById(opener.dataset.mediaPick));
  const tile = event.target.closest?.("#media-window [data-media-file]");
  if (tile && !tile.hasAttribute("hx-get")) {
    const { mediaFile: kind, address, preview, base, width, height, duration } = tile.dataset;
    choose({ kind, address, preview, base, width, height, duration });
  }
});

function openFor(input) {
  field = input;
  const found = theWindow();
  found.querySelector(".body").replaceChildren();
  found.showModal();
  const asked = new URLSearchParams({ kind: input.dataset.media, field: input.id, shape: input.dataset.mediaShape || "" });
  htmx.ajax("GET", `${library.content}?${asked}`, { target: "#media-window .body", swap: "innerHTML" });
}

function fill(input, value) {
  if (!input || value === undefined) return;
  input.value = value;
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
}

function choose(told) {
  theWindow().close();
  const prefix = field.name.replace(/[^-]+$/, "");
  for (const pair of (field.dataset.mediaFills || "").split(" ").filter(Boolean)) {
    const [name, what] = pair.split(":");
    fill(field.form.elements[prefix + name], told[what]);
  }
  fill(field, field.dataset.mediaTakes === "base" ? told.base : told.address);
  field.dispatchEvent(new CustomEvent("media:chosen", { bubbles: true, detail: told }));
  field.focus();
}

// What is cut from a picture: as large as the shape allows, around the point, within the picture.
function draw(form) {
  const { width, height } = form.dataset;
  const [wide, high] = (form.querySelector("[name=shape]:checked")?.dataset.ratio || "0").split(":").map(Number);
  const picture = form.querySelector("svg");
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const w = wide ? Math.min(width, (height * wide) / high) : Number(width);
  const h = wide ? Math.min(height, (width * high) / wide) : Number(height);
  const x = Math.min(Math.max((width * form.elements.x.value) / 100 - w / 2, 0), width - w);
  const y = Math.min(Math.max((height * form.elements.y.value) / 100 - h / 2, 0), height - h);
  picture.querySelector(".away").setAttribute("d", `M0 0H${width}V${height}H0ZM${x} ${y}H${x + w}V${y + h}H${x}Z`);
  const kept = picture.querySelector(".kept");
  for (const [name, value] of Object.entries({ x, y, width: w, height: h })) kept.setAttribute(name, value);
}
document.addEventListener("htmx:load", (event) => {
  const form = event.detail.elt.closest?.("#media-window")?.querySelector("form[data-cut]");
  if (form) draw(form);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-cut]");
  if (form) draw(form);
});
function point(form, x, y) {
  form.elements.x.value = Math.round(Math.min(Math.max(x, 0), 100));
  form.elements.y.value = Math.round(Math.min(Math.max(y, 0), 100));
  draw(form);
}
document.addEventListener("pointerdown", (event) => {
  const ground = event.target.closest?.(".cutting");
  if (!ground) return;
  const place = ground.getBoundingClientRect();
  point(ground.closest("form"), ((event.clientX - place.x) / place.width) * 100, ((event.clientY - place.y) / place.height) * 100);
});
const STEPS = { ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] };
document.addEventListener("keydown", (event) => {
  const ground = event.target.closest?.(".cutting");
  const step = STEPS[event.key];
  if (!ground || !step) return;
  event.preventDefault();
  const form = ground.closest("form");
  point(form, Number(form.elements.x.value) + step[0], Number(form.elements.y.value) + step[1]);
});
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("form[data-cut]")) return;
  event.preventDefault();
  const headers = { "X-CSRFToken": event.target.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target), headers });
  if (answer.ok) choose(await answer.json());
  else document.getElementById("failed").hidden = false;
});
