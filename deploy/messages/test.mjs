import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { handler } from "./index.mjs";

const LANGUAGES = ["en", "de", "fr", "es"];
const SOURCES = [
  "AdminCreateUser",
  "Authentication",
  "ForgotPassword",
  "ResendCode",
  "SignUp",
  "UpdateUserAttribute",
  "VerifyUserAttribute",
];

const ask = (source, request = {}) =>
  handler({
    triggerSource: `CustomMessage_${source}`,
    request: { codeParameter: "{####}", usernameParameter: "{username}", ...request },
    response: {},
  });

test("each message has a code and is in the language of the page", async () => {
  for (const language of LANGUAGES) {
    for (const source of SOURCES) {
      const { response } = await ask(source, { clientMetadata: { language } });
      const texts = JSON.parse(readFileSync(new URL(`./${language}.json`, import.meta.url)));
      const subjects = Object.values(texts).map((text) => text.subject);

      assert.ok(subjects.includes(response.emailSubject), response.emailSubject);
      assert.match(response.emailMessage, /\{####\}/);
      assert.match(response.smsMessage, /\{####\}/);
      assert.ok(response.smsMessage.length <= 140, response.smsMessage);
      assert.doesNotMatch(response.emailMessage, /\{code\}/);
      assert.equal(source === "AdminCreateUser", response.emailMessage.includes("{username}"));
    }
  }
});

test("the attribute counts where no page asked, and English where neither says anything", async () => {
  const subject = async (request) => (await ask("SignUp", request)).response.emailSubject;

  assert.equal(await subject({ userAttributes: { locale: "fr_CA" } }), "Votre code de confirmation");
  assert.equal(await subject({ clientMetadata: { language: "de-AT" } }), "Ihr Bestätigungscode");
  assert.equal(await subject({ clientMetadata: { language: "__proto__" } }), "Your confirmation code");
  assert.equal(await subject({}), "Your confirmation code");
});

test("what is not known stays as it is", async () => {
  const { response } = await ask("Something");
  assert.deepEqual(response, {});
});
