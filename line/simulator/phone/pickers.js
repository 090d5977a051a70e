// Sheets in which a person picks something to send: a date, a place, a sticker, a file.

import { box, button, make } from "/phone/dom.js";
import { openChoices, openSheet } from "/phone/sheets.js";
import { sendable, stickerFace } from "/phone/stickers.js";
import { word } from "/phone/words.js";

const INPUTS = { date: "date", time: "time", datetime: "datetime-local" };
const PLACES = [
  { title: "東京駅", address: "東京都千代田区丸の内1丁目", latitude: 35.681236, longitude: 139.767125 },
  { title: "渋谷駅", address: "東京都渋谷区道玄坂1丁目", latitude: 35.658034, longitude: 139.701636 },
  { title: "大阪駅", address: "大阪府大阪市北区梅田3丁目", latitude: 34.702485, longitude: 135.495951 },
  { title: "京都駅", address: "京都府京都市下京区東塩小路町", latitude: 34.985849, longitude: 135.758767 },
];

/** A date picker action. `done(params)` gets what LINE puts in the postback: {date}, {time} or {datetime}. */
export function pickDate(glass, action, done) {
  const bound = (value) => value?.toUpperCase() ?? null;
  const limits = { min: bound(action.min), max: bound(action.max), value: bound(action.initial) };
  const field = make("input", { type: INPUTS[action.mode], class: "sheet-field", required: "", ...limits });
  field.setAttribute("aria-label", word(action.mode));
  if (!field.value) field.value = unlessGiven(action.mode);
  askIn(glass, word(action.mode), word("choose"), [field], () => done({ [action.mode]: field.value.slice(0, 16) }));
}

/** Now, in Japan, as the field writes it. */
function unlessGiven(mode) {
  const now = new Date().toLocaleString("sv-SE", { timeZone: "Asia/Tokyo" }).replace(" ", "T");
  return { date: now.slice(0, 10), time: now.slice(11, 16), datetime: now.slice(0, 16) }[mode];
}

export function pickPlace(glass, done) {
  const labels = { title: "place", address: "address", latitude: "latitude", longitude: "longitude" };
  const fields = Object.entries(labels).map(([name, label]) => placeField(name, word(label)));
  const fill = (place) => {
    for (const field of fields) field.lastChild.value = place[field.lastChild.name];
  };
  const known = PLACES.map((place) => button("chip", place.title, () => fill(place)));
  fill(PLACES[0]);
  askIn(glass, word("location"), word("sendPlace"), [box("chips", ...known), ...fields], (given) => {
    done({ ...given, latitude: Number(given.latitude), longitude: Number(given.longitude) });
  });
}

function placeField(name, label) {
  const isNumber = name.endsWith("itude");
  const most = name === "latitude" ? 90 : 180;
  const kind = isNumber ? { type: "number", step: "any", min: -most, max: most } : { type: "text", maxlength: 100 };
  const field = make("input", { class: "sheet-field", name, required: "", ...kind });
  return make("label", { class: "sheet-label" }, label, field);
}

export function pickSticker(glass, done) {
  const choices = sendable.map((one) => {
    const choose = () => {
      close();
      done(one);
    };
    return make("button", { type: "button", class: "sticker-choice", on: { click: choose } }, stickerFace(one));
  });
  const close = openSheet(glass, word("sticker"), box("sticker-grid sheet-list", ...choices));
}

/** Which kind of thing to send; `pick` opens the one or the other. */
export function pickAttachment(glass, pick) {
  openChoices(glass, word("attach"), [
    [word("album"), pick.album],
    [word("camera"), pick.camera],
    [word("files"), pick.file],
    [word("location"), pick.place],
  ]);
}

export function askName(glass, done) {
  const label = word("personName");
  const field = make("input", { type: "text", name: "name", class: "sheet-field", required: "", maxlength: "20" });
  field.setAttribute("aria-label", label);
  askIn(glass, word("newPerson"), word("newPerson"), [field], ({ name }) => done(name));
}

/** The browser's own file dialog; `capture` asks a telephone for its camera. */
export function chooseFile(accept, capture, done) {
  const field = make("input", { type: "file", accept, capture });
  field.addEventListener("change", () => field.files[0] && done(field.files[0]));
  field.click();
}

/** A sheet with a form, which the browser checks; `done` gets its named fields. */
function askIn(glass, title, label, parts, done) {
  const submit = (event) => {
    event.preventDefault();
    close();
    done(Object.fromEntries(new FormData(form)));
  };
  const send = make("button", { type: "submit", class: "sheet-submit", text: label });
  const form = make("form", { class: "sheet-form", on: { submit } }, ...parts, send);
  const close = openSheet(glass, title, form);
}
