// What the steps of a login and of an account have: rules, codes, clocks, passkeys. It comes after
// `pages.js`.
"use strict";

// The last seconds of a challenge, of which a visitor is told.
const SOON = 30;

// Calls `show` with the seconds that are left, each second until none is.
const countDown = (seconds, show) => {
  const end = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    show(left);
    if (left) {
      setTimeout(tick, 500);
    }
  };
  tick();
};

const RULES = {
  chars: (typed, least) => [...typed].length >= least,
  lowercase: (typed) => /[a-z]/.test(typed),
  numbers: (typed) => /[0-9]/.test(typed),
  symbols: (typed) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`+= -]/.test(typed),
  uppercase: (typed) => /[A-Z]/.test(typed),
};

each("[data-rules]", (list) => {
  const field = document.getElementById(list.dataset.rules);
  field.addEventListener("input", () => {
    for (const rule of list.children) {
      const met = RULES[rule.dataset.rule](field.value, Number(rule.dataset.least));
      if (met !== rule.classList.contains("met")) {
        rule.classList.toggle("met", met);
        rule.lastElementChild.textContent = met ? words.met : "";
      }
    }
  });
});

// The code out of whatever was copied: "Your code is 123 456."
each("input[autocomplete=one-time-code]", (field) => {
  field.addEventListener("paste", (event) => {
    const code = event.clipboardData.getData("text").match(/\d(?:[ -]?\d){3,}/);
    if (code) {
      event.preventDefault();
      field.value = code[0].replace(/\D/g, "");
    }
  });
});

each("[data-copy]", (text) => {
  if (navigator.clipboard) {
    addButton(text.parentElement, words.copy, async (button) => {
      await navigator.clipboard.writeText(text.textContent.replaceAll(" ", ""));
      button.textContent = words.copied;
    });
  }
});

each("[data-left]", (line) => {
  // Heard twice, not each second.
  const news = add(line.parentElement, "p", "hidden");
  news.setAttribute("role", "status");
  line.after(news);
  countDown(line.dataset.left, (left) => {
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    line.textContent = left ? words.left.replace("{time}", time) : words.over;
    line.className = left ? "hint" : "hint over";
    const heard = left > SOON ? "" : left ? words.soon : words.over;
    if (news.textContent !== heard) {
      news.textContent = heard;
    }
  });
});

// A code is not sent again at once.
each("[data-wait]", (line) => {
  const button = line.previousElementSibling;
  button.disabled = true;
  countDown(line.dataset.wait, (left) => {
    line.textContent = left ? words.wait.replace("{seconds}", left) : "";
    button.disabled = left > 0;
  });
});

each("form[data-passkey]", (form) => {
  const problem = form.querySelector("[data-failed]");
  const button = form.querySelector("button");

  const say = (text) => {
    problem.textContent = text;
    problem.hidden = false;
  };

  const ask = async () => {
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
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  // Whoever has chosen a passkey a moment ago is asked at once.
  if ("now" in form.dataset) {
    ask();
  }
});
