// Small conveniences. Every page works without them.
"use strict";

(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const list = () => find("#queue-list");
  const title = document.title;

  // Single keys can be in the way of people who speak to their computer or use other keys (WCAG 2.1.4).
  const keys = {
    get on() { return localStorage.getItem("guidepost.keys") !== "off"; },
    set on(value) { value ? localStorage.removeItem("guidepost.keys") : localStorage.setItem("guidepost.keys", "off"); },
  };

  // Drafts of tickets are their owner's: they do not stay behind in the browser.
  find(".leave")?.addEventListener("submit", () => {
    for (const name of Object.keys(localStorage)) if (name.startsWith("guidepost-draft:")) localStorage.removeItem(name);
  });

  // What a page asks for by itself, without anybody having done anything, is no sign that somebody is there.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.triggeringEvent) event.detail.headers["X-Poll"] = "1";
  });

  const rows = () => all("#queue-list tr[data-reference]");
  const here = () => document.activeElement?.closest?.("tr[data-reference]") ?? null;
  const chosen = () => all("#queue-list input[name=ticket]:checked");

  function go(step) {
    const found = rows();
    const at = found.indexOf(here());
    const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(found.length - 1, Math.max(0, at + step));
    const link = found[next] && find("a.reference", found[next]);
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }

  function count() {
    const text = find("#queue-list .chosen");
    if (!text) return;
    text.dataset.none ??= text.textContent;
    const number = chosen().length;
    text.textContent = number ? `${number} ${text.dataset.one}` : text.dataset.none;
    const every = find("#select-all");
    every.checked = number > 0 && number === rows().length;
    every.indeterminate = number > 0 && !every.checked;
  }

  // What a key or a button does is done with the selected tickets, or with the one that has the focus.
  function act(value) {
    const button = find(`#queue-list button[value=${value}]`);
    if (!button) return;
    const row = here();
    if (!chosen().length && row) find("input[name=ticket]", row).checked = true;
    count();
    button.click();
  }

  function tick() {
    const box = here() && find("input[name=ticket]", here());
    if (!box) return;
    box.checked = !box.checked;
    count();
  }

  const open = (part) => {
    const link = here() && find("a.reference", here());
    if (link) location.assign(link.href + part);
  };

  const does = {
    j: () => go(1), k: () => go(-1), o: () => open(""), r: () => open("#reply"), t: () => act("take"),
    c: () => act("close"), x: tick, "?": () => find("#keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape" && find("#seek-found")) find("#seek-found").replaceChildren();
    if (!keys.on || typing || event.ctrlKey || event.altKey || event.metaKey || find("dialog[open]")) return;
    if (event.key === "/" && find("#seek")) {
      event.preventDefault();
      find("#seek").focus();
    } else if (list() && does[event.key]) {
      event.preventDefault();
      does[event.key]();
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.value === "close" && list()?.contains(button) && chosen().length) {
      event.preventDefault();
      find("#closing").showModal();
    }
    if (button?.matches("[data-dismiss]")) button.closest("dialog").close();
    if (button?.id === "keys-show") find("#keys").showModal();
    if (!event.target.closest(".seek")) find("#seek-found")?.replaceChildren();
  }, true);

  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") keys.on = event.target.checked;
    if (event.target.id === "select-all") for (const box of all("#queue-list input[name=ticket]")) box.checked = event.target.checked;
    if (event.target.closest("#queue-list")) count();
  });

  // The list is fetched anew while somebody works in it: what they have selected, chosen and reached stays.
  let since = list()?.dataset.newest;
  let kept = null;

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.matches("[data-poll]")) event.detail.parameters.since = since;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("[data-poll]") && find("#closing[open]")) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "queue-list" || !event.detail.shouldSwap) return;
    const poll = event.detail.requestConfig.elt.matches("[data-poll]");
    // Asked for before the question whether to close was: an answer would take the question away.
    if (poll && find("#closing[open]")) { event.detail.shouldSwap = false; return; }
    kept = {
      poll, focus: document.activeElement?.id, row: rows().indexOf(here()),
      chosen: poll ? chosen().map((box) => box.value) : [], outcome: poll ? find("#queue-outcome")?.innerHTML : null,
      values: all("#queue-list select").map((one) => one.value),
    };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!kept) return;
    for (const box of all("#queue-list input[name=ticket]")) box.checked = kept.chosen.includes(box.value);
    if (kept.outcome) find("#queue-outcome").innerHTML = kept.outcome;
    all("#queue-list select").forEach((one, at) => { one.value = kept.values[at] ?? one.value; });
    const same = kept.focus && document.getElementById(kept.focus);
    // Where the ticket has left the view, its neighbour is next.
    if (same) same.focus();
    else if (kept.row >= 0 && rows().length) find("a.reference", rows()[Math.min(kept.row, rows().length - 1)]).focus();
    kept = null;
    begin();
    news();
  });

  function news() {
    const fresh = Number(list().dataset.fresh);
    document.title = fresh ? `(${fresh}) ${title}` : title;
    for (const part of list().dataset.counts.split(";")) {
      const [name, number] = part.split("=");
      const shown = name && find(`[data-count="${name}"]`);
      if (shown) shown.textContent = number;
    }
  }

  // Whoever does something here has seen what is new.
  for (const sign of ["keydown", "pointerdown"]) {
    document.addEventListener(sign, () => {
      if (!list()) return;
      since = list().dataset.newest;
      document.title = title;
    });
  }

  function begin() {
    const every = find("#select-all");
    if (every) every.hidden = false;
    count();
  }

  if (find("#keys-on")) find("#keys-on").checked = keys.on;
  if (list()) {
    begin();
    find(".keys-hint").hidden = false;
  }
})();
