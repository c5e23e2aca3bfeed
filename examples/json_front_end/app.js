// Draws whatever step the API answers with: a form of its fields, sent to where it goes.

const app = document.querySelector("#app");

/** Asks for a step, or sends one. */
async function call(path, body) {
  const post = {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Requested-With": "fetch" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, body ? post : {});
  return answer.json();
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Shows an answer: a step, or a problem with the step that is to be taken again. */
async function show(answer) {
  const step = answer.step ? answer : answer.form;
  if (step?.step === "done") return showUser();
  if (step?.step === "redirect") return location.assign(step.to);

  const said = answer.detail ?? (step?.alert || step?.notice || answer.title || "");
  app.replaceChildren(element("p", { role: "alert", textContent: said }));
  if (step) app.append(form(step));
}

function form(step) {
  const fields = Object.values(step).flat().filter((part) => part?.autocomplete);
  const choices = (step.options ?? []).map((option) => {
    const name = step.step === "select_mfa" ? "mfa" : "choice";
    return element("button", { name, value: option.value, textContent: option.label });
  });
  const submit = element("button", { type: "submit", textContent: step.submit ?? "Go on" });
  const made = element("form", {}, ...fields.map(input), ...(choices.length ? choices : [submit]));

  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(made, event.submitter));
    if (step.challenge) body.challenge = step.challenge;
    const path = step.action ?? (step.challenge ? "/auth/login/challenge" : "/auth/login");
    await show(await call(path, body));
  });
  return made;
}

function input(field) {
  const { name, value, autocomplete, required } = field;
  const typed = element("input", { name, value, autocomplete, required, type: field.kind });
  return element("p", {}, element("label", {}, field.label, " ", typed), " ", field.error);
}

async function showUser() {
  const profile = await call("/auth/profile");
  if (!profile.user) return show(profile);

  const leave = element("button", { textContent: "Log out" });
  leave.addEventListener("click", async () => {
    await call("/auth/logout", {});
    await show(await call("/auth/login"));
  });
  app.replaceChildren(element("p", { textContent: `Hello ${profile.user.username}` }), leave);
}

await show(await call("/auth/login"));
