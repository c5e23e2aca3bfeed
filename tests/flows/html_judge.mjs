// What html-validate says of pages.
//
// Reads a page in each line of standard input, as a JSON string. Writes a line for each: a list of what is wrong.

import readline from 'node:readline';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';

const judge = new HtmlValidate(
  new StaticConfigLoader({
    extends: ['html-validate:recommended', 'html-validate:document'],
    rules: {
      // Matters of taste.
      'doctype-style': 'off',
      'no-trailing-whitespace': 'off',
      // For files of other sites alone.
      'require-sri': ['error', { target: 'crossorigin' }],
    },
  }),
);

for await (const line of readline.createInterface({ input: process.stdin })) {
  const report = await judge.validateString(JSON.parse(line));
  const wrong = report.results.flatMap(({ messages }) => messages);
  console.log(JSON.stringify(wrong.map(({ ruleId, message, line }) => `line ${line}: ${ruleId}: ${message}`)));
}
