// Uploads with their progress, several one after another; and the first picture of a film, drawn by the browser.

function guarded(request) {
  request.setRequestHeader("X-CSRFToken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
  request.setRequestHeader("HX-Request", "true");
}

function post(address, data, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    guarded(request);
    request.upload.onprogress = (event) => progress?.(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve(request.responseText) : reject(new Error(request.status)));
    request.onerror = () => reject(new Error("network"));
    request.send(data);
  });
}

function problem(row, text) {
  row.className = "notice bad";
  row.setAttribute("role", "alert");
  row.textContent = text;
}

async function upload(form, file) {
  const row = document.createElement("li");
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  row.append(file.name, bar);
  form.querySelector(".uploads").append(row);
  if (file.size > Number(form.dataset.most)) return problem(row, `${file.name} ${form.dataset.tooLarge}`);
  const data = new FormData(form);
  data.delete("file");
  data.append("file", file);
  try {
    const answer = document.createElement("template");
    answer.innerHTML = await post(form.action, data, (share) => { bar.value = share; });
    const tile = answer.content.querySelector("li");
    if (tile.matches(".notice")) row.replaceWith(tile);
    else show(row, tile);
  } catch {
    problem(row, `${file.name} ${form.dataset.failed}`);
  }
}

function show(row, tile) {
  const tiles = document.getElementById("tiles");
  row.remove();
  tiles.prepend(tile);
  tiles.parentElement.querySelector(".empty")?.remove();
  window.htmx?.process(tile);
  if (tile.dataset.film) firstPicture(tile);
}

// A film stands with its own first picture. The server cannot look into films; the browser can.
function firstPicture(tile) {
  const film = Object.assign(document.createElement("video"), { muted: true, preload: "auto", src: tile.dataset.film });
  film.onloadeddata = () => { film.currentTime = Math.min(1, film.duration / 10 || 0); };
  film.onseeked = () => {
    const scale = Math.min(1, 1024 / Math.max(film.videoWidth, film.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(film.videoWidth * scale);
    canvas.height = Math.round(film.videoHeight * scale);
    canvas.getContext("2d").drawImage(film, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(async (picture) => {
      const data = new FormData();
      data.append("file", picture, "preview.jpg");
      const made = JSON.parse(await post(tile.dataset.filmPreview, data));
      tile.querySelector("img").src = made.shown;
      const chosen = tile.querySelector("[data-preview]");
      if (chosen) chosen.dataset.preview = made.preview;
    }, "image/jpeg", 0.85);
  };
}

async function uploadAll(form, files) {
  for (const file of files) await upload(form, file);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  if (!form || event.target.type !== "file") return;
  const files = [...event.target.files];
  event.target.value = "";
  uploadAll(form, files);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-upload]");
    if (!form) return;
    event.preventDefault();
    form.classList.toggle("over", name === "dragover");
    if (name === "drop") uploadAll(form, event.dataTransfer.files);
  });
}
