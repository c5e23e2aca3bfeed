// The custom message trigger of a user pool: mails and text messages in the language of whoever gets
// them. See README.md.
import { readFileSync } from "node:fs";

const read = (language) =>
  JSON.parse(readFileSync(new URL(`./${language}.json`, import.meta.url), "utf8"));
const MESSAGES = Object.fromEntries(["en", "de", "fr", "es"].map((it) => [it, read(it)]));

const KINDS = {
  CustomMessage_AdminCreateUser: "invite",
  CustomMessage_Authentication: "login",
  CustomMessage_ForgotPassword: "reset",
  CustomMessage_ResendCode: "sign_up",
  CustomMessage_SignUp: "sign_up",
  CustomMessage_UpdateUserAttribute: "verify",
  CustomMessage_VerifyUserAttribute: "verify",
};

// The language of the page from which the message was asked for, or else that of the account.
const languageOf = ({ clientMetadata, userAttributes }) => {
  const wished = [clientMetadata?.language, userAttributes?.locale];
  const primary = wished.map((tag) => tag?.toLowerCase().split(/[-_]/)[0]);
  return primary.find((tag) => tag && Object.hasOwn(MESSAGES, tag)) ?? "en";
};

const escape = (text) =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

export const handler = async (event) => {
  const kind = KINDS[event.triggerSource];
  if (!kind) {
    return event; // Cognito's own words, for whatever it learns to send
  }

  const texts = MESSAGES[languageOf(event.request)];
  // Cognito puts the code and the name in their places, and refuses a message that lacks them.
  const put = (text) =>
    text
      .replaceAll("{code}", event.request.codeParameter)
      .replaceAll("{username}", event.request.usernameParameter ?? "");
  event.response.emailSubject = texts[kind].subject;
  event.response.emailMessage = put(escape(texts[kind].body).replaceAll("\n", "<br>\n"));
  event.response.smsMessage = put(kind === "invite" ? texts.sms.invite : texts.sms.code);
  return event;
};
