// Musubi: invites to link with LINE. Sets no cookie and sends nothing about the visitor.
(async () => {
  const me = document.currentScript, given = me.dataset, entry = given.entry;
  const base = me.src.replace(/musubi\.js.*/, ""), key = "musubi-" + entry;
  const kept = (value) => {
    try { return value ? sessionStorage.setItem(key, value) : sessionStorage.getItem(key); } catch { return null; }
  };
  if (!entry || given.linked === "1" || kept()) return;
  try {
    const answer = await fetch(base + entry + ".json", { credentials: "omit" });
    const all = answer.ok && (await answer.json()).invitations;
    if (document.readyState === "loading") await new Promise((go) => addEventListener("DOMContentLoaded", go));
    if (all && all.length) show(pick(all));
  } catch { /* we are away: the page is as it was */ }

  function pick(all) {
    const fixed = all.find((one) => one.variant === given.variant);
    let left = Math.random() * all.reduce((sum, one) => sum + one.weight, 0);
    return fixed || all.find((one) => (left -= one.weight) < 0) || all[0];
  }

  function part(name, parent, css, text) {
    const made = parent.appendChild(document.createElement(name));
    made.style.cssText = css;
    if (text) made.textContent = text;
    return made;
  }

  function show(one) {
    const place = given.target && document.querySelector(given.target);
    const host = part("div", place || document.body, "all:initial;display:block;" +
      (place ? "" : "position:fixed;left:0;right:0;bottom:0;z-index:2147483000"));
    const box = part("div", host.attachShadow({ mode: "open" }),
      "box-sizing:border-box;display:flex;flex-wrap:wrap;gap:10px 16px;align-items:center;justify-content:center;" +
      "padding:14px 52px 14px 16px;position:relative;background:#fff;color:#1d2330;" +
      "border-top:1px solid #d4dae4;font:16px/1.5 system-ui,sans-serif");
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "LINE");
    part("span", box, "flex:0 1 auto;max-width:40em", one.text);
    const go = part("a", box, "padding:10px 20px;border-radius:8px;font-weight:600;text-decoration:none;" +
      `background:${one.colour};color:${one.ink}`, one.button);
    go.href = link(one);
    const close = part("button", box, "position:absolute;top:6px;right:6px;width:40px;height:40px;border:0;" +
      "background:none;color:#5b6475;font:22px/1 sans-serif;cursor:pointer", "×");
    close.setAttribute("aria-label", one.close);
    close.onclick = () => { kept("1"); host.remove(); };
    watch(box, one);
  }

  function link(one) {
    // What the shop has signed must stay as it is, letter by letter.
    const start = given.customerLink || one.link;
    const way = /^https?:/.test(start) ? start : one.link;
    return one.variant ? way + (way.includes("?") ? "&" : "?") + "variant=" + one.variant : way;
  }

  function watch(box, one) {
    let timer;
    const eye = new IntersectionObserver((all) => {
      clearTimeout(timer);
      if (all.pop().intersectionRatio >= .5) timer = setTimeout(() => {
        eye.disconnect();
        const body = new URLSearchParams({ entry, variant: one.variant });
        fetch(base + "views/", { method: "POST", body, mode: "no-cors", credentials: "omit", keepalive: true })
          .catch(() => {});
      }, 1000);
    }, { threshold: [0, .5] });
    eye.observe(box);
  }
})();
