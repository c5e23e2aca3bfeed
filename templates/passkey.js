// Asks the browser for a passkey when the form is submitted, and sends what came of it.
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-failed]");
  const button = form.querySelector("button");

  const say = (text) => {
    problem.textContent = text;
    problem.hidden = false;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const registers = form.dataset.passkey === "create";
    const parse = registers ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    if (typeof window.PublicKeyCredential?.[parse] !== "function") {
      say(problem.dataset.unsupported);
      return;
    }

    problem.hidden = true;
    button.disabled = true;
    try {
      const publicKey = PublicKeyCredential[parse](JSON.parse(form.dataset.options));
      const credential = registers
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (error) {
      // A site under an address that passkeys cannot belong to, e.g. an IP address.
      say(error.name === "SecurityError" ? problem.dataset.unsupported : problem.dataset.failed);
      button.disabled = false;
    }
  });
}
