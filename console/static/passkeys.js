// Forms with data-passkey="create" or "get" ask an authenticator before they are sent: the question comes from
// data-challenge, the answer goes into the field `credential`.
"use strict";
(() => {
  const decode = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const question = (options) => {
    const described = (list) => (list ?? []).map((one) => ({ ...one, id: decode(one.id) }));
    const asked = { ...options, challenge: decode(options.challenge) };
    if (options.user) asked.user = { ...options.user, id: decode(options.user.id) };
    if (options.excludeCredentials) asked.excludeCredentials = described(options.excludeCredentials);
    if (options.allowCredentials) asked.allowCredentials = described(options.allowCredentials);
    return asked;
  };

  const answer = (credential) => {
    const response = { clientDataJSON: encode(credential.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (credential.response[name]) response[name] = encode(credential.response[name]);
    const { id, type } = credential;
    return JSON.stringify({ id, type, rawId: encode(credential.rawId), response, clientExtensionResults: {} });
  };

  const ask = async (form) => {
    const token = form.elements.form_token?.value ?? "";
    const given = await fetch(form.dataset.challenge, { method: "POST", headers: { "X-Form-Token": token } });
    if (!given.ok) throw new Error(`${given.status}`);
    const publicKey = question(await given.json());
    return answer(await navigator.credentials[form.dataset.passkey]({ publicKey }));
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const problem = form.querySelector(".problem");
    if (!window.PublicKeyCredential) {
      form.querySelector("button").disabled = true;
      problem.hidden = false;
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        form.elements.credential.value = await ask(form);
        form.submit();
      } catch {
        problem.hidden = false;
      }
    });
  }
})();
