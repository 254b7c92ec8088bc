// Makes the page live. Everything also works without it: forms are posted and the page is loaded again.
(() => {
  "use strict";
  const log = document.getElementById("log");
  const form = document.querySelector("[data-message]");
  const text = document.getElementById("text");
  const problem = form.querySelector(".problem");
  const connection = form.querySelector(".connection");
  const language = document.documentElement.lang;
  const title = document.title;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  const clock = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  let cursor = log.dataset.cursor;
  let polling = false;
  let following = false;
  let attempt = { text: "", id: "" };

  // crypto.randomUUID exists over https only; a desk on a local network may have plain http.
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const nearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 240;

  // Not scrollIntoView: it moves the place from which Tab goes on.
  function reveal(entry, fromStart, behavior) {
    const { top, bottom } = entry.getBoundingClientRect();
    const edge = form.getBoundingClientRect().top;
    scrollTo({ top: scrollY + (fromStart ? top - 16 : bottom - edge + 24), behavior });
  }

  function localise(root) {
    for (const time of root.querySelectorAll("time")) time.textContent = clock.format(new Date(time.dateTime));
  }

  function complain(words) {
    problem.textContent = words;
    problem.hidden = !words;
  }

  async function post(address, fields) {
    complain("");
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ ...fields, lang: language, time_zone: zone }),
      });
      if (answer.ok) {
        following = true;
        cursor = cursor || "0.0.0.0";
        poll();
        return true;
      }
      complain((await answer.json()).error);
    } catch {
      complain(form.dataset.offline);
    }
    return false;
  }

  // One submission of a form at a time: a double click is one click.
  async function once(target, work) {
    if (target.ariaBusy === "true") return;
    target.ariaBusy = "true";
    try {
      await work();
    } finally {
      target.ariaBusy = "false";
    }
  }

  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const entry = template.content.firstElementChild;
    localise(entry);
    return entry;
  }

  // Touches only what is new or changed, so that a screen reader announces just that.
  function apply(news) {
    const follow = following || nearEnd();
    const fresh = [];
    let place = log.firstElementChild;
    for (const id of news.order) {
      let entry = document.getElementById(id);
      if (id in news.entries) {
        const next = parse(news.entries[id]);
        if (!entry || entry.dataset.version !== next.dataset.version) {
          if (entry === place && place) place = place.nextElementSibling;
          entry?.remove();
          entry = next;
          fresh.push(entry);
        }
      }
      if (!entry) continue;
      if (entry === place) place = place.nextElementSibling;
      else log.insertBefore(entry, place);
    }
    const known = new Set(news.order);
    for (const entry of [...log.children]) if (!known.has(entry.id)) entry.remove();
    cursor = news.cursor;
    show(fresh, follow);
  }

  function show(fresh, follow) {
    const answer = fresh.find((entry) => entry.classList.contains("answered"));
    const shown = answer || fresh.at(-1);
    if (shown && follow) reveal(shown, Boolean(answer), calm ? "auto" : "smooth");
    if (answer) following = false;
    if (answer && document.hidden) document.title = "● " + title;
  }

  async function poll() {
    if (polling) return;
    polling = true;
    let pause = 0;
    while (cursor) {
      try {
        const answer = await fetch(`/chat/events?after=${cursor}&lang=${language}`, { headers: { Accept: "application/json" } });
        if (answer.status === 404) break;
        if (!answer.ok) throw new Error(String(answer.status));
        if (answer.status === 200) apply(await answer.json());
        connection.textContent = "";
        pause = answer.status === 204 ? 500 : 0;
      } catch {
        pause = Math.min(Math.max(pause * 2, 1000), 20000);
        if (pause > 1000) connection.textContent = form.dataset.lost;
      }
      if (pause) await sleep(pause * (0.75 + Math.random() / 2));
    }
    polling = false;
  }

  function keepDraft(words) {
    try {
      if (words === undefined) {
        text.value = text.value || sessionStorage.getItem("draft") || "";
        sessionStorage.removeItem("draft");
      } else sessionStorage.setItem("draft", words);
    } catch {
      // Storage is switched off: the draft is lost when the language is changed, nothing else.
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = text.value;
    if (!words.trim()) return text.focus();
    // The same words again are the same message, should the first attempt have arrived after all.
    if (attempt.text !== words) attempt = { text: words, id: newId() };
    once(form, async () => {
      if (!(await post("/chat/messages", { text: words, id: attempt.id }))) return text.focus();
      attempt = { text: "", id: "" };
      if (text.value === words) text.value = "";
      text.focus();
    });
  });

  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target.matches("[data-language]")) {
      keepDraft(text.value);
    } else if (target.matches("[data-press]")) {
      event.preventDefault();
      once(submitter, () => post("/chat/press", { action: submitter.value, id: newId() }));
    } else if (target.matches("[data-command]")) {
      event.preventDefault();
      target.closest("details").open = false;
      once(submitter, () => post("/chat/messages", { text: submitter.value, id: newId() }));
      text.focus();
    }
  });

  const keyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
  document.getElementById("keys").hidden = !keyboard;
  text.addEventListener("keydown", (event) => {
    // While a word is being composed (Chinese, for example), Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !(keyboard || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });

  const drops = [...document.querySelectorAll("details.drop")];
  document.addEventListener("click", (event) => {
    for (const drop of drops) if (!drop.contains(event.target)) drop.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && drops.find((drop) => drop.open);
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.title = title;
  });

  for (const field of document.querySelectorAll("[name=time_zone]")) field.value = zone;
  if (location.search) history.replaceState(null, "", "/");
  keepDraft();
  localise(log);
  const latest = document.getElementById("latest");
  if (latest) {
    reveal(latest.nextElementSibling, true, "auto");
    latest.remove();
  }
  poll();
})();
