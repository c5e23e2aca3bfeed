// A user's life by aws-amplify v6, in a page: bundled by amplify_browser.mjs, and of another origin than the emulator.

import { live, remember } from './amplify_journey.mjs';

/** Asks the server of the page. */
async function ask(path, body) {
	const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
	return answer.json();
}

const checks = [];
const world = {
	check: (name, good) => void checks.push([name, good]),
	code: (kind) => ask('/code', kind),
	totp: (secret, ahead = 0) => ask('/totp', [secret, ahead]),
};
try {
	const { endpoint, houses } = await ask('/start', location.origin);
	await live(endpoint, houses[0], world);
	await remember(endpoint, houses[1], world);
	await ask('/end', checks);
} catch (error) {
	await ask('/end', [...checks, [`${error.name}: ${error.message}`, false]]);
}
