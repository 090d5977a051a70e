// Puts a variable, an emoji or one of LINE's emoji where the cursor stands in a text.

const EMOJI = {
  faces: "😀 😃 😄 😁 😆 😅 😂 🤣 😊 😇 🙂 😉 😌 😍 🥰 😘 😋 😜 🤗 🤔 😎 🥳 😏 😳 🥺 😢 😭 😤 😱 😴 🤧 😷",
  hands: "👍 👎 👏 🙌 🙏 🤝 👋 ✌️ 🤞 👌 👈 👉 👆 👇 ☝️ ✊ 💪 🙆 🙅 🙋 🙇 👪 👶 👧 👩 👨 👵 👴",
  hearts: "❤️ 🧡 💛 💚 💙 💜 🤎 🖤 🤍 💕 💖 💝 💗 ✨ ⭐ 🌟 💫 🎉 🎊 🎁 🎀 🎂 🏆 🥇 👑 💎 🔥 💯",
  nature: "🌸 🌷 🌹 🌺 🌻 🌼 🍀 🌿 🍁 🍂 🎍 🎋 🎃 🎄 ⛄ ❄️ ☀️ ⛅ ☔ ⚡ 🌈 🌙 🌊 🐶 🐱 🐰 🐻 🐼 🐣 🦋",
  food: "🍎 🍊 🍋 🍓 🍇 🍑 🍞 🥐 🍳 🍔 🍕 🍣 🍱 🍙 🍜 🍛 🍲 🍰 🧁 🍩 🍪 🍫 🍦 ☕ 🍵 🍶 🍺 🍷 🥂 🍽️",
  things: "🛍️ 🛒 👕 👗 👜 👟 💄 💍 ⌚ 📱 💻 📷 🎧 🎮 📚 ✏️ 📝 📅 ⏰ 🔔 📢 📣 💌 📮 📦 🎫 💰 💳 🏷️ 🔑",
  places: "🏠 🏢 🏬 🏥 🏨 🏪 🏫 ⛩️ 🗼 🏖️ ⛰️ 🚗 🚌 🚃 🚄 ✈️ 🚲 🚢 🗺️ 📍 🎡 🎢 ♨️",
  signs: "✅ ☑️ ✔️ ❌ ⭕ ❗ ❓ ‼️ ⚠️ 🚫 🆕 🆓 🆙 🈵 🉐 ㊗️ ㊙️ ➡️ ⬅️ ⬆️ ⬇️ ▶️ ◀️ 🔴 🟠 🟡 🟢 🔵 🟣 1️⃣ 2️⃣ 3️⃣ 4️⃣ 5️⃣",
};

function insert(from, text) {
  const field = document.getElementById(from.closest("[data-inserts]").dataset.inserts);
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function fillPicker(picker) {
  for (const row of picker.querySelectorAll("[data-emoji-group]:empty")) {
    for (const character of EMOJI[row.dataset.emojiGroup].split(" ")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = character;
      button.dataset.insertEmoji = character;
      row.append(button);
    }
  }
}

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open && event.target.matches("[data-emoji-picker]")) fillPicker(event.target);
  },
  true,
);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert-emoji], [data-insert-variable], [data-insert-line-emoji]");
  if (!button) return;
  const said = (name) => button.parentElement.querySelector(name)?.value.trim();
  if (button.dataset.insertEmoji) insert(button, button.dataset.insertEmoji);
  else if ("insertVariable" in button.dataset) {
    insert(button, `{{${said("[data-variable]")}|${said("[data-fallback]").replace(/[{}|]/g, "")}}}`);
  } else insert(button, `(emoji:${said("[data-product]")}/${said("[data-emoji]")})`);
  if (!button.dataset.insertEmoji) button.closest("details").open = false;
});
