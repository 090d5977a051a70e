// A page inside LINE: give our server LINE's word on who looks, and show what it answers.

(() => {
  const PATIENCE = 12000;
  const page = document.getElementById("inside");
  const answered = page.querySelector('[data-step="answer"]');
  let isDone = false;

  function show(step) {
    for (const section of page.querySelectorAll("[data-step]")) section.hidden = section.dataset.step !== step;
  }

  function trouble(detail) {
    const words = page.querySelector("[data-detail]");
    words.textContent = detail || words.dataset.otherwise;
    show("trouble");
  }

  async function send(act) {
    const body = new FormData();
    body.set("id_token", liff.getIDToken() || "");
    body.set("access_token", liff.getAccessToken() || "");
    if (act) body.set("act", act);
    const answer = await fetch(location.pathname + location.search, { method: "POST", body });
    isDone = true;
    if ((answer.headers.get("content-type") || "").startsWith("application/json")) {
      const told = await answer.json();
      return told.next ? location.replace(told.next) : trouble(told.detail);
    }
    if (!answer.ok) return trouble("");
    answered.innerHTML = await answer.text(); // our own page, whose values Django has escaped
    show("answer");
  }

  async function begin() {
    await liff.init({ liffId: page.dataset.liff });
    if (new URLSearchParams(location.search).has("liff.state")) return; // the SDK is about to open the real address
    if (!liff.isLoggedIn()) return liff.login({ redirectUri: location.href });
    await send("");
  }

  answered.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("send" in button.dataset) {
      button.disabled = true;
      send(button.dataset.send).catch(() => trouble(""));
    } else {
      const isAsking = "ask" in button.dataset;
      answered.querySelector("[data-confirm]").hidden = !isAsking;
      answered.querySelector("[data-ask]").hidden = isAsking;
    }
  });
  page.querySelector("[data-again]").addEventListener("click", () => location.reload());
  setTimeout(() => isDone || trouble(""), PATIENCE);
  begin().catch(() => trouble(""));
})();
