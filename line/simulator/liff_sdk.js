// The part of LINE's LIFF SDK that our pages use, for pages that the simulator opens.

(() => {
  const origin = new URL(document.currentScript.src).origin;
  let app = null;

  const storageKey = (liffId) => `LIFF_STORE:${liffId}`;

  function failure(code, message) {
    return Object.assign(new Error(message), { code });
  }

  /** Tokens come in the fragment of the first address, and are kept for the tab. */
  function takeTokens(liffId) {
    const given = new URLSearchParams(location.hash.slice(1));
    if (given.get("liff_id") === liffId) {
      sessionStorage.setItem(storageKey(liffId), JSON.stringify(Object.fromEntries(given)));
      history.replaceState(history.state, "", location.pathname + location.search);
    }
    return JSON.parse(sessionStorage.getItem(storageKey(liffId)) || "{}");
  }

  /** Where `liff.state` leads: the endpoint URL with what had been added to the LIFF URL. */
  function secondaryUrl() {
    const here = new URL(location.href);
    const added = here.searchParams.get("liff.state");
    if (added === null) return null;
    here.searchParams.delete("liff.state");
    const extra = new URL(added.replace(/^(?=[^/?#])/, "/"), "https://liff.invalid");
    if (extra.pathname !== "/") here.pathname = here.pathname.replace(/\/$/, "") + extra.pathname;
    for (const [name, value] of extra.searchParams) here.searchParams.append(name, value);
    here.hash = extra.hash;
    return here;
  }

  async function init(config) {
    if (!config?.liffId) throw failure("INVALID_CONFIG", "liffId is necessary for liff.init()");
    app = { liffId: config.liffId, ...takeTokens(config.liffId) };
    const next = secondaryUrl();
    if (next && next.pathname !== location.pathname) {
      location.replace(next);
      return new Promise(() => {});
    }
    if (next) history.replaceState(history.state, "", next);
    if (config.withLoginOnExternalBrowser && !isLoggedIn()) login();
    ready();
  }

  let ready;
  const isReady = new Promise((resolve) => (ready = resolve));

  function need() {
    if (!app) throw failure("INIT_FAILED", "liff.init() was not called");
    return app;
  }

  const isLoggedIn = () => Boolean(need().access_token);

  function login(options = {}) {
    const query = new URLSearchParams({ redirect_uri: options.redirectUri || location.href.split("#")[0] });
    location.assign(`${origin}/liff/login/${need().liffId}?${query}`);
  }

  function logout() {
    sessionStorage.removeItem(storageKey(need().liffId));
    app = { liffId: app.liffId };
  }

  function getDecodedIDToken() {
    const token = getIDToken();
    if (!token) return null;
    const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  const getIDToken = () => need().id_token || null;

  async function ask(path, method = "GET") {
    if (!isLoggedIn()) throw failure("UNAUTHORIZED", "Need access_token for api call, Please login first");
    const headers = { Authorization: `Bearer ${app.access_token}` };
    const answer = await fetch(origin + path, { method, headers });
    const content = await answer.json();
    if (!answer.ok) throw failure(String(answer.status), content.message);
    return content;
  }

  /** LINE shows a window over the page; here it is a part of the page. Ends when the person has chosen. */
  async function requestFriendship() {
    if ((await ask("/friendship/v1/status")).friendFlag) return;
    const { name } = await ask(`/liff/account/${app.liffId}`);
    if (await offer(name)) await ask(`/liff/friendship/${app.liffId}`, "POST");
  }

  function offer(name) {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [look()];
    const card = root.appendChild(element("section", ""));
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-modal", "true");
    card.setAttribute("aria-label", name);
    card.append(element("h1", name), element("p", "LINE公式アカウントを友だち追加しますか？"));
    const yes = card.appendChild(element("button", "友だち追加"));
    const no = card.appendChild(element("button", "閉じる"));
    no.className = "quiet";
    document.body.append(host);
    yes.focus();
    return new Promise((resolve) => {
      const end = (chosen) => (host.remove(), resolve(chosen));
      yes.addEventListener("click", () => end(true));
      no.addEventListener("click", () => end(false));
      card.addEventListener("keydown", (event) => event.key === "Escape" && end(false));
    });
  }

  function element(name, text) {
    return Object.assign(document.createElement(name), { textContent: text });
  }

  function look() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      :host { position: fixed; inset: 0; z-index: 2147483647; display: grid; place-items: end center; background: #0008; }
      section { width: 100%; max-width: 24rem; box-sizing: border-box; padding: 2rem 1.5rem; border-radius: 1rem 1rem 0 0;
        background: #fff; color: #111; font: 16px/1.6 system-ui, sans-serif; text-align: center; }
      h1 { margin: 0 0 .5rem; font-size: 1.25rem; }
      button { width: 100%; margin-top: 1rem; padding: .9rem; border: 0; border-radius: .5rem; background: #06c755;
        color: #04260f; font: inherit; font-weight: 700; cursor: pointer; }
      .quiet { margin-top: .25rem; background: none; color: #555; font-weight: 400; }`);
    return sheet;
  }

  function closeWindow() {
    window.close();
    setTimeout(() => location.replace(`${origin}/liff/closed`), 100);
  }

  window.liff = {
    id: null,
    ready: isReady,
    init: async (config, done, failed) => {
      try {
        window.liff.id = config?.liffId ?? null;
        await init(config);
        done?.();
      } catch (error) {
        failed?.(error);
        throw error;
      }
    },
    isLoggedIn,
    login,
    logout,
    getIDToken,
    getDecodedIDToken,
    getAccessToken: () => need().access_token || null,
    getProfile: () => ask("/v2/profile"),
    getFriendship: () => ask("/friendship/v1/status"),
    requestFriendship,
    closeWindow,
    openWindow: ({ url, external }) => window.open(url, external ? "_blank" : "_self"),
    isInClient: () => Boolean(need().in_client),
    isApiAvailable: (name) => name in window.liff,
    getOS: () => "web",
    getLanguage: () => navigator.language,
    getAppLanguage: () => navigator.language,
    getVersion: () => "2.27.0",
    getLineVersion: () => (need().in_client ? "15.8.0" : null),
    getContext: () => context(),
  };

  function context() {
    const { liffId, view } = need();
    const decoded = getDecodedIDToken();
    if (!app.access_token) return null;
    return {
      type: app.in_client ? "utou" : "external",
      viewType: view,
      liffId,
      endpointUrl: location.origin,
      ...(decoded ? { userId: decoded.sub } : {}),
    };
  }
})();
