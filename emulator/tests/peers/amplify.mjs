// A user's life by aws-amplify v6, in Node.
//
// EMULATOR_ENDPOINT says where the emulator is.

import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { flows, live, plain, remember, remembering } from './amplify_journey.mjs';
import { House, check, code, endpoint, finish, totp } from './harness.mjs';

// A device has the name of its browser.
globalThis.navigator ??= { userAgent: 'Node' };
const stored = new Map();
cognitoUserPoolsTokenProvider.setKeyValueStorage({
	setItem: async (key, value) => void stored.set(key, value),
	getItem: async (key) => stored.get(key) ?? null,
	removeItem: async (key) => void stored.delete(key),
	clear: async () => stored.clear(),
});

const world = { check, code, totp };
await live(endpoint, await House.create(plain, { ExplicitAuthFlows: flows }), world);
const house = await House.create(remembering, { ExplicitAuthFlows: flows });
await house.addUser('bob', 'Correct-horse-1', true, 'bob@example.com');
await remember(endpoint, house, world);
finish();
