// A row of the chat: whose it is, what it says, when, and whether it was read.

import { avatar, box, iconButton, make } from "/phone/dom.js";
import { isWide, messageView } from "/phone/messages.js";
import { inOneLine } from "/phone/summary.js";
import { clockTime } from "/phone/times.js";
import { word } from "/phone/words.js";

const LONG_PRESS = 500;

/** `scene`: the `account`, `taps`, whether the row `follows` one of the same side, what it `quotes`, its `menu`. */
export function row(item, scene) {
  if (item.unsent) return make("p", { class: "note", text: word("unsentMine") });
  const element = item.mine ? mine(item, scene) : theirs(item, scene);
  onLongPress(element, () => scene.menu(item));
  return element;
}

function mine(item, scene) {
  const read = item.read ? make("span", { class: "read", text: word("read") }) : null;
  const time = make("time", { text: clockTime(item.at) });
  const line = box("line", box("beside", more(item, scene), read, time), body(item, scene));
  return box(`item mine ${scene.follows ? "follows" : ""}`, line);
}

function theirs(item, scene) {
  const { account } = scene;
  const name = item.message.sender?.name ?? account.name;
  const icon = item.message.sender?.iconUrl ?? account.pictureUrl;
  const time = make("time", { text: clockTime(item.at) });
  const wide = isWide(item.message) ? "wide" : "";
  const line = box(`line ${wide}`, body(item, scene), box("beside", more(item, scene), time));
  const heading = scene.follows ? null : make("span", { class: "sender", text: name });
  const look = `item theirs ${scene.follows ? "follows" : ""}`;
  return box(look, avatar(name, "small", icon), box("column", heading, line));
}

function more(item, scene) {
  return iconButton("more", "⋯", word("more"), () => scene.menu(item));
}

function body(item, scene) {
  const view = messageView(item.message, scene.taps.of(item.mine ? null : item.id));
  if (!scene.quotes) return view;
  const { name, message } = scene.quotes;
  const quote = box("quote", make("b", { text: name }), make("span", { text: inOneLine(message) || word("quoted") }));
  if (!view.classList.contains("balloon")) return box("balloon quoting", quote, view);
  view.prepend(quote);
  view.classList.add("quoting");
  return view;
}

function onLongPress(element, act) {
  let timer;
  const stop = () => clearTimeout(timer);
  element.addEventListener("touchstart", () => (timer = setTimeout(act, LONG_PRESS)), { passive: true });
  for (const end of ["touchend", "touchmove", "touchcancel"]) element.addEventListener(end, stop, { passive: true });
  element.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    act();
  });
}
