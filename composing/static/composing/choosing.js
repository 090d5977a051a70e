// Fills fields from something easier: a sticker from its picture, a place from a link to a map.

const STICKER = "https://stickershop.line-scdn.net/stickershop/v1/sticker/NUMBER/android/sticker.png";
const PLACES = [/@(-?\d+\.\d+),(-?\d+\.\d+)/, /!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)/, /(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)/];

function set(name, value) {
  const field = document.getElementsByName(name)[0];
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function stickerButton(number) {
  const button = document.createElement("button");
  const picture = document.createElement("img");
  button.type = "button";
  button.dataset.sticker = number;
  button.title = number;
  picture.src = STICKER.replace("NUMBER", number);
  picture.alt = number;
  picture.loading = "lazy";
  picture.referrerPolicy = "no-referrer";
  button.append(picture);
  return button;
}

function showPackage(picker, button) {
  const [first, last] = button.dataset.stickers.split("-").map(Number);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  picker.querySelector(".sticker-grid").replaceChildren(...numbers.map(stickerButton));
  for (const other of picker.querySelectorAll("[data-stickers]")) other.setAttribute("aria-pressed", other === button);
}

document.addEventListener(
  "toggle",
  (event) => {
    const picker = event.target;
    if (!picker.open || !picker.matches("[data-sticker-picker]")) return;
    const chosen = document.getElementsByName(`${picker.dataset.stickerPicker}-packageId`)[0].value;
    const known = picker.querySelector(`[data-package="${CSS.escape(chosen)}"]`);
    showPackage(picker, known || picker.querySelector("[data-stickers]"));
  },
  true,
);
document.addEventListener("click", (event) => {
  const picker = event.target.closest("[data-sticker-picker]");
  const button = event.target.closest("[data-stickers], [data-sticker]");
  if (!picker || !button) return;
  if (button.dataset.stickers) return showPackage(picker, button);
  set(`${picker.dataset.stickerPicker}-packageId`, picker.querySelector("[aria-pressed=true]").dataset.package);
  set(`${picker.dataset.stickerPicker}-stickerId`, button.dataset.sticker);
});
document.addEventListener("input", (event) => {
  const prefix = event.target.dataset?.place;
  const found = prefix && PLACES.map((place) => event.target.value.match(place)).find(Boolean);
  if (!found) return;
  set(`${prefix}-latitude`, found[1]);
  set(`${prefix}-longitude`, found[2]);
});
