// Sends each form once, and asks the browser for passkeys. Everything else works without it.
"use strict";

// A form that is on its way is not sent again, unless no answer comes for a while.
const PATIENCE = 15_000;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) {
    return;
  }
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, PATIENCE);
});

// A page that the browser kept is as good as new.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});

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
      const texts = problem.dataset;
      // "Security": an address that passkeys cannot belong to, e.g. an IP address. "Invalid
      // state": this device has one already.
      const reasons = { SecurityError: texts.unsupported, InvalidStateError: texts.known };
      say(reasons[error.name] ?? texts.failed);
      button.disabled = false;
    }
  });
}
