// Makes the pages more comfortable; all of them work without it.
"use strict";

// A form that is on its way is not sent again, unless no answer comes for a while.
const PATIENCE = 15_000;

const words = JSON.parse(document.querySelector("meta[name=axum-cognito]")?.content ?? "{}");

const each = (selector, visit) => document.querySelectorAll(selector).forEach(visit);

const add = (place, tag, kind, text) => {
  const element = document.createElement(tag);
  element.className = kind;
  element.textContent = text ?? "";
  place.append(element);
  return element;
};

const addButton = (place, text, press) => {
  const button = add(place, "button", "small", text);
  button.type = "button";
  button.addEventListener("click", () => press(button));
  return button;
};

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

// A page that answers a form is one to come back to, not a form to send again.
const here = new URL(location.href);
const next = document.querySelector("input[name=next]")?.value;
if (next) {
  here.searchParams.set("next", next);
}
history.replaceState(history.state, "", here);

// A page that the browser kept is as good as new.
window.addEventListener("pageshow", () => each("form[data-sent]", (form) => delete form.dataset.sent));

// Times are in UTC. A visitor reads those of the own zone.
try {
  const zone = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    dateStyle: "long",
    timeStyle: "short",
  });
  each("time[datetime]", (time) => {
    time.textContent = zone.format(new Date(time.dateTime));
  });
} catch {
  // The page names a language that is none.
}

each("input[type=password]", (field) => {
  const place = field.parentElement;
  const say = (button) => {
    const hidden = field.type === "password";
    button.textContent = hidden ? words.show : words.hide;
    button.setAttribute("aria-label", hidden ? words.showPassword : words.hidePassword);
  };
  const button = addButton(place, "", () => {
    field.type = field.type === "password" ? "text" : "password";
    say(button);
  });
  say(button);
  // Browsers offer to keep what was typed as a password.
  field.form?.addEventListener("submit", () => {
    field.type = "password";
    say(button);
  });

  const caps = add(place, "p", "hint");
  caps.setAttribute("role", "status");
  field.addEventListener("keyup", (event) => {
    caps.textContent = event.getModifierState?.("CapsLock") ? words.caps : "";
  });
});
