// What every page does in the browser: times in the viewer's zone, the keyboard, small comforts.
// Each page works without it where a form allows that; nothing here is the only way to do a thing.
"use strict";

(() => {
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // On a phone the tab of this page may lie outside.
  const tab = one(".places [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 16;

  // ---- Times --------------------------------------------------------------------------------------------
  // A part of a page may be in a time zone of its own, which it says (data-zone). A zone that the browser does not
  // know leaves the exact time as it came.
  const formats = new Map();
  function formatsOf(timeZone) {
    if (!formats.has(timeZone)) {
      const made = (options) => new Intl.DateTimeFormat(undefined, { ...options, timeZone });
      const minute = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      const date = { day: "numeric", month: "short" };
      try {
        formats.set(timeZone, {
          clock: made({ ...minute, second: "2-digit" }),
          dayClock: made({ ...date, ...minute }),
          otherYear: made({ ...date, year: "numeric", ...minute }),
          day: made({ ...date, year: "numeric" }),
          year: made({ year: "numeric" }),
          exact: made({ dateStyle: "full", timeStyle: "long" }),
        });
      } catch {
        formats.set(timeZone, null);
      }
    }
    return formats.get(timeZone);
  }

  function ago(at, now, day) {
    const seconds = Math.round((now - at) / 1000);
    const size = Math.abs(seconds);
    if (seconds >= 0 && size < 5) return "just now";
    const steps = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [604800, 86400, "d"]];
    const step = steps.find(([limit]) => size < limit);
    if (!step) return day.format(at);
    const words = `${Math.floor(size / step[1])} ${step[2]}`;
    return seconds >= 0 ? `${words} ago` : `in ${words}`;
  }

  function say(time, now) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) return;
    const known = formatsOf(time.closest("[data-zone]")?.dataset.zone);
    if (!known) return;
    const { clock, dayClock, otherYear, day, year, exact } = known;
    const how = time.dataset.as;
    const words = how === "ago" ? ago(at, now, day)
      : how === "day" ? day.format(at)
      : day.format(at) === day.format(now) ? clock.format(at)
      : year.format(at) === year.format(now) ? dayClock.format(at) : otherYear.format(at);
    if (time.textContent !== words) time.textContent = words;
    const title = exact.format(at);
    if (time.title !== title) time.title = title;
  }

  function sayAll(from = document, selector = "time[data-as]") {
    const now = new Date();
    for (const time of all(selector, from)) say(time, now);
  }

  sayAll();
  setInterval(() => { if (!document.hidden) sayAll(document, 'time[data-as="ago"]'); }, 5000);
  document.addEventListener("visibilitychange", () => sayAll());
  document.addEventListener("htmx:afterSwap", (event) => sayAll(event.detail.target));

  // ---- Words that come up and go ------------------------------------------------------------------------
  function toast(words, tone = "ok") {
    const shelf = one("#toasts");
    if (!shelf) return;
    const card = document.createElement("p");
    card.className = `toast ${tone}`;
    const icon = one(".top .find .icon").cloneNode(true);
    const use = one("use", icon);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, tone === "ok" ? "#check" : "#cross"));
    const text = document.createElement("span");
    text.textContent = words;
    card.append(icon, text);
    shelf.replaceChildren(card);
    setTimeout(() => card.remove(), tone === "ok" ? 4000 : 12000);
  }

  const asked = (event) => !/^(sse|live|every)/.test(event.detail.requestConfig?.triggeringEvent?.type ?? "");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (asked(event)) event.detail.target.dataset.asked = "";
  });
  document.addEventListener("htmx:afterRequest", (event) => { delete event.detail.target.dataset.asked; });
  document.addEventListener("htmx:configRequest", (event) => {
    // Empty filters narrow nothing and need not stand in the address.
    for (const [name, value] of [...event.detail.formData]) if (value === "") event.detail.formData.delete(name);
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (!asked(event)) return;
    const id = event.detail.xhr.getResponseHeader("x-request-id");
    toast(`That did not work. Try again${id ? `, or give your operator the request id ${id}` : ""}.`, "failed");
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (asked(event)) toast("Rollcall does not answer. Check your connection and try again.", "failed");
  });

  // ---- Preferences: shown at once, kept by the server in a cookie ------------------------------------------
  function prefer(name, value) {
    root.dataset[name] = value;
    for (const button of all('[data-preference] [name="theme"]')) {
      button.setAttribute("aria-pressed", String(button.value === root.dataset.theme));
    }
    const rows = one('[data-preference] [name="density"]');
    if (rows) {
      const compact = root.dataset.density === "compact";
      rows.value = compact ? "comfortable" : "compact";
      rows.setAttribute("aria-label", compact ? "Comfortable rows" : "Compact rows");
      rows.title = `${compact ? "Comfortable" : "Compact"} rows (d)`;
    }
    document.dispatchEvent(new Event("preference"));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-preference]") || !event.submitter) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    prefer(event.submitter.name, event.submitter.value);
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  });

  // ---- Copy -----------------------------------------------------------------------------------------------
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast("Copied.");
    } catch {
      // Without a secure context there is no clipboard: select the text instead, so that one key copies it.
      const range = document.createRange();
      range.selectNodeContents(one("code", button.parentElement));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      toast("Selected. Press Ctrl+C to copy.");
    }
  });

  // ---- Keyboard -------------------------------------------------------------------------------------------
  const places = { o: "/", e: "/employees", n: "/agents", t: "/teams", s: "/connections", w: "/wfm", a: "/audit" };
  let went = 0;

  function step(by) {
    const rows = all(".list:not(.still) tbody th a");
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))].focus();
  }

  const keys = {
    "/": () => { const field = one("[data-find]") ?? one("#find"); field?.focus(); field?.select(); },
    "?": () => one("#keys")?.showModal(),
    g: () => { went = Date.now(); },
    d: () => one('[data-preference] [name="density"]')?.click(),
    j: () => step(1),
    k: () => step(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    if (Date.now() - went < 1200 && places[event.key]) {
      location.assign(places[event.key]);
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  function close(event) {
    for (const menu of all("details.menu[open]")) { menu.open = false; one("summary", menu).focus(); }
    const lock = event.target.closest?.(".lock");
    if (lock) lock.nextElementSibling.classList.add("away");
    if (event.target.matches?.("input[type=search]")) event.target.blur();
  }

  document.addEventListener("focusout", (event) => event.target.nextElementSibling?.classList?.remove("away"));
  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });

  // ---- Files: read here, so that what is no UTF-8 is told before it is sent --------------------------------
  for (const place of all("[data-file-into]")) {
    const input = one("input[type=file]", place);
    const says = one("[role=status]", place);
    const into = document.getElementById(place.dataset.fileInto);
    place.hidden = false;
    input.addEventListener("change", async () => {
      const file = input.files[0];
      if (!file) return;
      if (file.size > 2 * 1024 * 1024) { says.textContent = "The file is larger than 2 MB. Divide it by queues or by time."; return; }
      try {
        into.value = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
        says.textContent = `${file.name} is here; check it.`;
      } catch {
        says.textContent = "The file is not UTF-8. Save it as CSV UTF-8.";
      }
    });
  }

  for (const opener of all("[data-open]")) opener.hidden = false;
})();
