// Musubi's page tag: tells what is opened and bought after a link in LINE. Sets no cookie.
(() => {
  const me = document.currentScript, given = me.dataset, kept = "musubi-id", days = 90 * 864e5;
  if (!given.tag) return;
  const to = me.src.replace(/i\/musubi\.js.*/, "cv/" + given.tag + "/");
  let may = given.consent !== "required", waiting = [], mclid = taken();

  // The click id is for us alone: it leaves the address, so that nobody passes it on with the page.
  function taken() {
    const url = new URL(location.href), found = url.searchParams.get("mclid");
    if (found === null) return null;
    const rest = location.search.replace(/([?&])mclid=[^&]*&?/, "$1").replace(/[?&]$/, "");
    history.replaceState(history.state, "", location.pathname + rest + location.hash);
    return found;
  }

  function known() {
    try {
      if (mclid) localStorage.setItem(kept, mclid + " " + Date.now());
      const [id, at] = (localStorage.getItem(kept) || "").split(" ");
      if (id && Date.now() - at < days) return id;
      localStorage.removeItem(kept);
    } catch { /* nothing can be kept here: this page alone knows */ }
    return mclid;
  }

  function send(kind, data) {
    if (!may) return waiting.push([kind, data]);
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0"));
    const told = { id: id.join(""), kind, url: location.origin + location.pathname, mclid: known() || undefined,
      customer: given.customer, data };
    navigator.sendBeacon(to, JSON.stringify(told));
  }

  function consent(isGiven) {
    may = isGiven;
    const late = waiting;
    waiting = [];
    if (may) return late.forEach((one) => send(...one));
    mclid = null;
    try { localStorage.removeItem(kept); } catch { /* nothing was kept */ }
  }

  const before = (window.musubi && musubi.q) || [];
  window.musubi = (what, data) => what === "consent" ? consent(data === true) : send(what, data || {});
  send("page", {});
  if (given.product) send("product", { product: given.product, category: given.category });
  else if (given.category) send("category", { category: given.category });
  before.forEach((one) => musubi(...one));
})();
