// Live without noise. The server says only that something of a kind has changed; the parts of the page that
// depend on it are asked for again and merged in place. Focus, selection, open details and half-filled forms
// stay; rows never move under the pointer; a tab that nobody looks at holds no connection and catches up at once.
"use strict";

(() => {
  const KINDS = ["people", "runs", "health", "requests", "adherence", "events", "agents"];
  const QUIET_AFTER_MS = 10_000;
  const RETRY_MS = [1_000, 2_000, 5_000, 15_000];

  // ---- One stream per visible tab -------------------------------------------------------------------------
  // The extension registers listeners on what we return; behind it the true stream comes and goes.
  htmx.createEventSource = (url) => {
    const outer = new EventTarget();
    let inner = null;
    let failures = 0;
    let opened = false;
    let timer = 0;

    const open = () => {
      clearTimeout(timer);
      if (inner || document.hidden) return;
      inner = new EventSource(url);
      for (const kind of KINDS) {
        inner.addEventListener(kind, (event) => outer.dispatchEvent(new MessageEvent(kind, { data: event.data })));
      }
      inner.onopen = () => {
        failures = 0;
        showLiveness(true);
        // What was said while nobody listened is not said again.
        if (opened) catchUp();
        opened = true;
      };
      inner.onerror = () => {
        shut();
        failures += 1;
        if (failures > 1) showLiveness(false);
        timer = setTimeout(open, RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
      };
    };
    const shut = () => { inner?.close(); inner = null; };

    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(shut, QUIET_AFTER_MS);
      else open();
    });
    addEventListener("pagehide", shut);
    outer.close = shut;
    open();
    return outer;
  };

  function catchUp() {
    for (const part of document.querySelectorAll("[data-live]")) htmx.trigger(part, "live:catch-up");
  }

  function showLiveness(live) {
    const sign = document.getElementById("liveness");
    if (sign) sign.hidden = live;
  }

  // ---- Merging in place -------------------------------------------------------------------------------------
  const fresh = new Set();
  const touched = (form) => [...form.elements].some((field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
      : "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue);

  Object.assign(Idiomorph.defaults.callbacks, {
    beforeNodeMorphed: (old) => {
      if (!(old instanceof Element)) return true;
      return !(old.matches("[data-chart]") || (old instanceof HTMLFormElement && touched(old)));
    },
    beforeAttributeUpdated: (name, node) => {
      if (name === "open" && node instanceof HTMLDetailsElement) return false;
      if (name === "data-version") fresh.add(node);
      return true;
    },
    afterNodeAdded: (node) => {
      if (node instanceof Element && node.matches("[data-key]")) fresh.add(node);
    },
  });

  const keysOf = (part) => [...part.querySelectorAll("[data-key]")].map((row) => row.dataset.key).join("\n");
  const inUse = (part) => part.matches(":hover") || part.contains(document.activeElement);
  const waiting = new WeakMap();
  const wanted = new WeakSet();

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig, serverResponse, xhr } = event.detail;
    // What somebody asked for, such as the next page, is shown at once.
    if (requestConfig.elt !== target || !target.matches("[data-live]") || xhr.status !== 200) return;
    const next = new DOMParser().parseFromString(serverResponse, "text/html").body;
    const jumps = keysOf(next) !== keysOf(target);
    const isWanted = wanted.delete(target);
    if (jumps && inUse(target) && !isWanted) {
      event.detail.shouldSwap = false;
      offer(target);
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    withdraw(event.detail.target);
    for (const row of fresh) {
      row.classList.remove("is-new");
      void row.offsetWidth; // Starts the animation anew.
      row.classList.add("is-new");
    }
    fresh.clear();
  });
  document.addEventListener("animationend", (event) => event.target.classList.remove("is-new"));

  // Somebody is reading this list: tell them that there is news, and let them choose the moment.
  function offer(part) {
    if (waiting.has(part)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button changed";
    button.textContent = "The list has changed. Show";
    const show = () => {
      withdraw(part);
      wanted.add(part);
      htmx.trigger(part, "live:catch-up");
    };
    button.addEventListener("click", show);
    part.before(button);
    part.addEventListener("mouseleave", show, { once: true });
    waiting.set(part, { button, show });
  }

  function withdraw(part) {
    const held = waiting.get(part);
    if (!held) return;
    held.button.remove();
    part.removeEventListener("mouseleave", held.show);
    waiting.delete(part);
  }
})();
