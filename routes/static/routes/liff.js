// Inside LINE: say who opened the link, then offer to add the account. Whatever fails, the plain way is left.

(() => {
  const PATIENCE = 8000;
  const page = document.getElementById("liff");

  function show(step) {
    for (const section of page.querySelectorAll("[data-step]")) section.hidden = section.dataset.step !== step;
  }

  async function tell() {
    const body = new FormData();
    body.set("v", page.dataset.visit);
    body.set("id_token", liff.getIDToken() || "");
    body.set("access_token", liff.getAccessToken() || "");
    const answer = await fetch(location.pathname, { method: "POST", body });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return (await answer.json()).is_friend;
  }

  async function add(event) {
    event.preventDefault();
    try {
      await liff.requestFriendship();
      if (await tell()) return show("friend");
    } catch {
      // Not offered here, or closed: the link leads to the account itself.
    }
    location.href = event.target.href;
  }

  async function begin() {
    await liff.init({ liffId: page.dataset.liff });
    const given = new URLSearchParams(location.search);
    if (given.has("liff.state")) return; // the SDK is about to open the real address
    if (!page.dataset.visit) return location.reload(); // it has set the real address without opening it
    if (!liff.isLoggedIn()) return liff.login({ redirectUri: location.href });
    show((await tell()) ? "friend" : "add");
  }

  document.getElementById("add")?.addEventListener("click", add);
  setTimeout(() => {
    if (!page.querySelector('[data-step="wait"]').hidden) show("add");
  }, PATIENCE);
  begin().catch(() => show("add"));
})();
