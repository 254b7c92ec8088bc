// The page of a ticket: keys, drafts, saved replies, and telling the others that one is writing.
"use strict";
(() => {
  const page = document.querySelector("[data-ticket]");
  if (!page) return;
  const find = (selector) => document.querySelector(selector);
  const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");
  const focus = (id) => { const box = find(id); if (box) { box.focus(); box.scrollIntoView({ block: "center" }); } };
  const acts = {
    r: () => focus("#reply"),
    n: () => focus("#note"),
    j: () => find("#next")?.click(),
    t: () => find("#take")?.click(),
    c: () => find("#close")?.focus(), // the requester hears of it: Enter confirms
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "reply") {
      event.preventDefault();
      find(event.shiftKey ? "#reply-form [value=close]" : "#reply-form button")?.click();
      return;
    }
    // As switched off in the queue.
    if (localStorage.getItem("guidepost.keys") === "off") return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // Drafts stay in this browser until they are sent, or their owner signs out (in console.js).
  const prefix = "guidepost-draft:";
  const nameOf = (box) => `${prefix}${page.dataset.ticket}:${box.name}`;
  const pending = `${prefix}sent`;
  if (find(".notice")) localStorage.removeItem(sessionStorage.getItem(pending) ?? "");
  sessionStorage.removeItem(pending);
  for (const box of document.querySelectorAll("[data-draft]")) {
    box.value ||= localStorage.getItem(nameOf(box)) ?? "";
    box.addEventListener("input", () => {
      if (box.value) localStorage.setItem(nameOf(box), box.value); else localStorage.removeItem(nameOf(box));
    });
    box.form.addEventListener("submit", () => sessionStorage.setItem(pending, nameOf(box)));
  }

  const reply = find("#reply");
  // On a phone the way to the box is in the way of the box.
  const way = find(".to-reply");
  const box = find("#reply-form");
  if (way && box) new IntersectionObserver(([seen]) => { way.hidden = seen.isIntersecting; }).observe(box);
  const writing = find("#presence [name=writing]");
  let told = 0;
  reply?.addEventListener("input", () => {
    const state = reply.value ? "1" : "0";
    // Once a minute too, so that nobody who writes is signed out meanwhile.
    if (!writing || (writing.value === state && Date.now() - told < 60_000)) return;
    writing.value = state;
    told = Date.now();
    document.body.dispatchEvent(new Event("look"));
  });
  document.addEventListener("click", (event) => {
    // The same address again, with a place in it, would not load anything.
    if (event.target.closest(".here.new a")) { event.preventDefault(); location.hash = "latest"; location.reload(); return; }
    const link = event.target.closest("[data-insert]");
    if (!link || !reply) return;
    event.preventDefault();
    reply.setRangeText(link.dataset.insert, reply.selectionStart, reply.selectionEnd, "end");
    reply.dispatchEvent(new Event("input", { bubbles: true }));
    find("#saved-found").replaceChildren();
    reply.focus();
  });
})();
