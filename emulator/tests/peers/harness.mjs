// What the scripts for amazon-cognito-identity-js share. EMULATOR_ENDPOINT says where the emulator is.

import { createHmac, randomInt } from 'node:crypto';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';

export const endpoint = process.env.EMULATOR_ENDPOINT;
let passed = 0;
let refused = 0;
let failed = 0;

export function check(name, good) {
	if (good) {
		passed += 1;
	} else {
		failed += 1;
		console.log('FAILED:', name);
	}
}

/** Tries what is to be refused, and looks at how it was: `fits` tells whether it is the right error. */
export async function refuses(name, attempt, fits) {
	const error = await Promise.resolve()
		.then(attempt)
		.then(
			(value) => new Error(`not refused: ${value}`),
			(error) => ({ caught: error }),
		);
	const good = 'caught' in error && fits(error.caught);
	if (good) {
		refused += 1;
	} else {
		console.log(name, error);
		check(name, false);
	}
}

/** An admin call. The emulator wants it signed, and does not verify the signature. */
export async function admin(operation, body) {
	const response = await fetch(endpoint, {
		method: 'POST',
		headers: {
			'content-type': 'application/x-amz-json-1.1',
			'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
			authorization: 'AWS4-HMAC-SHA256 Credential=none',
		},
		body: JSON.stringify(body),
	});
	const answer = await response.json();
	if (!response.ok) throw new Error(`${operation}: ${JSON.stringify(answer)}`);
	return answer;
}

class Memory {
	items = new Map();
	setItem(key, value) {
		this.items.set(key, value);
	}
	getItem(key) {
		return this.items.get(key) ?? null;
	}
	removeItem(key) {
		this.items.delete(key);
	}
	clear() {
		this.items.clear();
	}
}

/** Runs one login step, and resolves to what was called back: `[name, ...arguments]`. */
export function step(run) {
	return new Promise((resolve) => {
		const callbacks = {};
		for (const name of [
			'onSuccess',
			'onFailure',
			'newPasswordRequired',
			'totpRequired',
			'mfaRequired',
			'selectMFAType',
			'mfaSetup',
			'customChallenge',
		]) {
			callbacks[name] = (...values) => resolve([name, ...values]);
		}
		run(callbacks);
	});
}

/** Turns a method that takes a Node callback as its last argument into a promise of `[error, value]`. */
export function called(object, method, ...values) {
	return new Promise((resolve) => object[method](...values, (error, value) => resolve([error, value])));
}

export function randomPassword() {
	let password = '';
	while (password.length < 16) {
		const point = randomInt(2) ? randomInt(33, 127) : randomInt(0xa1, 0x2ff);
		password += String.fromCodePoint(point);
	}
	return `${password}Aa1!`.replaceAll('\u00ad', 'x');
}

export function totp(secret, ahead = 0) {
	const bits = [...secret.replace(/=+$/, '')]
		.map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
		.join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
	const mac = createHmac('sha1', key).update(counter).digest();
	const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
	return String(number % 1_000_000).padStart(6, '0');
}

/** A fresh user pool with one app client, and what one does in it. */
export class House {
	static async create(settings, client) {
		const house = new House();
		const made = await admin('CreateUserPool', { PoolName: 'peers', ...settings });
		house.id = made.UserPool.Id;
		await house.admin('SetUserPoolMfaConfig', {
			MfaConfiguration: 'OPTIONAL',
			SoftwareTokenMfaConfiguration: { Enabled: true },
		});
		const ExplicitAuthFlows = ['USER_SRP', 'USER_PASSWORD', 'REFRESH_TOKEN', 'CUSTOM'].map((it) => `ALLOW_${it}_AUTH`);
		house.client = (
			await admin('CreateUserPoolClient', { UserPoolId: house.id, ClientName: 'js', ExplicitAuthFlows, ...client })
		).UserPoolClient.ClientId;
		house.storage = new Memory();
		house.pool = new CognitoUserPool({
			UserPoolId: house.id,
			ClientId: house.client,
			endpoint,
			Storage: house.storage,
		});
		return house;
	}

	admin(operation, body) {
		return admin(operation, { UserPoolId: this.id, ...body });
	}

	async addUser(Username, Password, Permanent = true, email = undefined) {
		const UserAttributes = email
			? [
					{ Name: 'email', Value: email },
					{ Name: 'email_verified', Value: 'true' },
				]
			: [];
		await this.admin('AdminCreateUser', { Username, UserAttributes, MessageAction: 'SUPPRESS' });
		await this.admin('AdminSetUserPassword', { Username, Password, Permanent });
	}

	user(Username) {
		return new CognitoUser({ Username, Pool: this.pool, Storage: this.storage });
	}

	/** Resolves to the user and what was called back: `[user, name, ...arguments]`. */
	async logIn(username, Password) {
		const user = this.user(username);
		const details = new AuthenticationDetails({ Username: username, Password });
		const outcome = await step((callbacks) => user.authenticateUser(details, callbacks));
		return [user, ...outcome];
	}
}

/** The newest code of a kind that the emulator "sent". */
export async function code(kind) {
	const messages = await (await fetch(`${endpoint}/_emulator/outbox`)).json();
	return messages.findLast((it) => it.kind === kind).code;
}

/** Prints the counts, and ends the process. */
export function finish() {
	console.log(`${passed} passed, ${refused} refused, ${failed} failed`);
	process.exit(failed === 0 ? 0 : 1);
}
