// The areas of a rich message, drawn on its picture. The numbers stand in the fields below it; this moves them.
//
// All is counted in units of which the picture is 1040 wide, as LINE counts.

const WIDTH = 1040;
const LEAST = 20; // what is smaller was a slip of the hand
const NEAR = 12; // within so much an edge snaps to that of the picture or of another area
const EDGES = ["x", "y", "width", "height"];
const GRIPS = { nw: [0, 0], ne: [1, 0], sw: [0, 1], se: [1, 1] };
let held = null; // what the pointer drags
let awaited = null; // the area whose field gets the focus once the server has answered

const boardOf = (element) => element?.closest?.("[data-map]");
const form = (board) => board.closest("form");
const field = (board, name) => form(board).elements[`${board.dataset.map}-${name}`];
const count = (board) => Number(field(board, "actions").value);
const input = (board, index, edge) => field(board, `actions${index}-${edge}`);
const height = (board) => Number(field(board, "height").value) || WIDTH;
const boxes = (board) => Array.from({ length: count(board) }, (_, index) => boxAt(board, index));
const between = (value, least, most) => Math.round(Math.min(Math.max(value, least), most));
const letter = (index) => (index > 25 ? String.fromCharCode(64 + Math.floor(index / 26)) : "") + String.fromCharCode(65 + (index % 26));

function boxAt(board, index) {
  return Object.fromEntries(EDGES.map((edge) => [edge, Number(input(board, index, edge).value) || 0]));
}

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function draw(board) {
  const ground = board.querySelector("svg");
  ground.setAttribute("viewBox", `0 0 ${WIDTH} ${height(board)}`);
  const shown = boxes(board);
  while (ground.children.length > shown.length) ground.lastChild.remove();
  shown.forEach((box, index) => {
    if (!ground.children[index]) ground.append(area(index));
    place(board, ground.children[index], box, letter(index));
  });
}

function area(index) {
  const made = element("g", { tabindex: 0, role: "button", "data-index": index });
  made.append(element("rect", { class: "box" }), element("text", { "font-size": 64 }));
  for (const grip of Object.keys(GRIPS)) made.append(element("rect", { class: `grip ${grip}`, "data-grip": grip, width: 36, height: 36 }));
  return made;
}

function place(board, drawn, box, name) {
  const { x, y, width, height } = box;
  drawn.setAttribute("aria-label", `${board.dataset.area} ${name}: ${x}, ${y}, ${width} × ${height}`);
  for (const edge of EDGES) drawn.querySelector(".box").setAttribute(edge, box[edge]);
  const text = drawn.querySelector("text");
  text.textContent = name;
  text.setAttribute("x", x + width / 2);
  text.setAttribute("y", y + height / 2);
  for (const [grip, [right, low]] of Object.entries(GRIPS)) {
    const square = drawn.querySelector(`.${grip}`);
    square.setAttribute("x", x + right * (width - 36));
    square.setAttribute("y", y + low * (height - 36));
  }
}

function write(board, index, box, tells = true) {
  for (const edge of EDGES) input(board, index, edge).value = Math.round(box[edge]);
  draw(board);
  if (tells) input(board, index, "x").dispatchEvent(new Event("input", { bubbles: true }));
}

// Edges that come near those of the picture or of another area meet them.
function snapped(board, value, axis, except) {
  const size = axis === "x" ? "width" : "height";
  const marks = [0, axis === "x" ? WIDTH : height(board)];
  boxes(board).forEach((box, index) => { if (index !== except) marks.push(box[axis], box[axis] + box[size]); });
  return marks.find((mark) => Math.abs(mark - value) <= NEAR) ?? value;
}

function spanned(board, from, to, except) {
  const ends = ["x", "y"].map((axis) => {
    const most = axis === "x" ? WIDTH : height(board);
    return [from[axis], to[axis]].map((end) => between(snapped(board, end, axis, except), 0, most)).sort((a, b) => a - b);
  });
  const [[left, right], [top, bottom]] = ends;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function moved(board, box, x, y, except) {
  const fit = (value, axis, size, most) => {
    const near = snapped(board, value, axis, except);
    const far = snapped(board, value + size, axis, except) - size;
    return between(near !== value ? near : far, 0, most - size);
  };
  return { ...box, x: fit(x, "x", box.width, WIDTH), y: fit(y, "y", box.height, height(board)) };
}

function pointOf(board, event) {
  const shown = board.querySelector("svg").getBoundingClientRect();
  const scale = Math.min(shown.width / WIDTH, shown.height / height(board));
  const left = shown.x + (shown.width - WIDTH * scale) / 2;
  const top = shown.y + (shown.height - height(board) * scale) / 2;
  return { x: (event.clientX - left) / scale, y: (event.clientY - top) / scale };
}

function mark(board, index) {
  [...board.querySelectorAll("g")].forEach((drawn, number) => drawn.classList.toggle("on", number === index));
  for (const part of form(board).querySelectorAll("[data-map-area]")) {
    part.classList.toggle("on", part.dataset.mapArea === `${board.dataset.map}-actions${index}`);
  }
}

document.addEventListener("pointerdown", (event) => {
  const board = boardOf(event.target);
  if (!board || event.button) return;
  event.preventDefault();
  const point = pointOf(board, event);
  const group = event.target.closest("g");
  const index = group ? Number(group.dataset.index) : -1;
  const grip = GRIPS[event.target.dataset.grip];
  held = { board, index, point, box: group && boxAt(board, index) };
  if (grip) {
    const { x, y, width, height } = held.box;
    held.fixed = { x: x + (grip[0] ? 0 : width), y: y + (grip[1] ? 0 : height) };
  }
  if (group) group.focus();
  mark(board, index);
  board.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const { board, index, point, box, fixed } = held;
  const now = pointOf(board, event);
  if (fixed) write(board, index, spanned(board, fixed, now, index), false);
  else if (box) write(board, index, moved(board, box, box.x + now.x - point.x, box.y + now.y - point.y, index), false);
  else sketch(board, spanned(board, point, now, -1));
});

function sketch(board, box) {
  held.drawn = box;
  const ground = board.querySelector("svg");
  const drawn = ground.querySelector(".sketch") || ground.appendChild(element("rect", { class: "box sketch" }));
  for (const edge of EDGES) drawn.setAttribute(edge, box[edge]);
}

document.addEventListener("pointerup", () => {
  if (!held) return;
  const { board, index, box, drawn } = held;
  held = null;
  board.querySelector(".sketch")?.remove();
  if (box) {
    const now = boxAt(board, index);
    write(board, index, now.width < LEAST || now.height < LEAST ? box : now);
  } else if (drawn && drawn.width >= LEAST && drawn.height >= LEAST) {
    const button = form(board).querySelector(`[data-map-draw="${board.dataset.map}"]`);
    button.value = `draw:${board.dataset.map}:${EDGES.map((edge) => drawn[edge]).join(",")}`;
    awaited = `[name="${board.dataset.map}-actions${count(board)}-uri"]`;
    button.click();
  }
});
document.addEventListener("pointercancel", () => { held = null; });

// The same by keys: arrows move, with Shift they change the size, with Alt by one unit.
const STEPS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowUp: ["y", -1], ArrowDown: ["y", 1] };
document.addEventListener("keydown", (event) => {
  const group = event.target.closest?.("[data-map] g");
  if (!group) return;
  const board = boardOf(group);
  const index = Number(group.dataset.index);
  const address = `${board.dataset.map}-actions${index}`;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    form(board).querySelector(`button[value="remove:${address}"]`)?.click();
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    form(board).elements[`${address}-type`].focus();
  } else if (STEPS[event.key]) {
    event.preventDefault();
    step(board, index, STEPS[event.key], event);
  }
});

function step(board, index, [axis, way], event) {
  const box = boxAt(board, index);
  const by = way * (event.altKey ? 1 : 10);
  const most = axis === "x" ? WIDTH : height(board);
  const size = axis === "x" ? "width" : "height";
  if (event.shiftKey) box[size] = between(box[size] + by, LEAST, most - box[axis]);
  else box[axis] = between(box[axis] + by, 0, most - box[size]);
  write(board, index, box);
}

document.addEventListener("focusin", (event) => {
  const group = event.target.closest?.("[data-map] g");
  const part = event.target.closest?.("[data-map-area]");
  if (group) mark(boardOf(group), Number(group.dataset.index));
  if (part) {
    const [, prefix, index] = /^(.*)-actions(\d+)$/.exec(part.dataset.mapArea);
    mark(document.querySelector(`[data-map="${prefix}"]`), Number(index));
  }
});

// Another picture: it is shown at once, and the areas keep their places on it.
function boardOfField(target) {
  const prefix = target.name?.match(/^(.*)-(baseUrl|height|actions\d+-(x|y|width|height))$/)?.[1];
  return prefix && document.querySelector(`[data-map="${prefix}"]`);
}
document.addEventListener("input", (event) => {
  const board = boardOfField(event.target);
  if (!board || held) return;
  if (event.target.name.endsWith("-baseUrl")) show(board, event.target.value.trim());
  draw(board);
});
document.addEventListener("media:chosen", (event) => {
  const board = boardOfField(event.target);
  const { width, height } = event.detail;
  if (board) stretch(board, between((height * WIDTH) / width, 1, 10_000));
});

function show(board, base) {
  const picture = board.querySelector("img");
  picture.hidden = !base;
  if (base) picture.src = `${base}/1040`;
}

function stretch(board, now) {
  const before = height(board);
  field(board, "height").value = now;
  boxes(board).forEach((box, index) => {
    const top = Math.round((box.y * now) / before);
    const bottom = Math.min(Math.round(((box.y + box.height) * now) / before), now);
    write(board, index, { ...box, y: top, height: Math.max(bottom - top, 1) }, false);
  });
  draw(board);
  field(board, "height").dispatchEvent(new Event("input", { bubbles: true }));
}

function drawAll(root) {
  root.querySelectorAll("[data-map]").forEach(draw);
}
drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt.parentElement || document));
// Other parts of the page come meanwhile, such as the forecast: it is awaited until it is there.
document.addEventListener("htmx:afterSettle", () => {
  const made = awaited && document.querySelector(awaited);
  if (!made) return;
  awaited = null;
  made.focus();
});
