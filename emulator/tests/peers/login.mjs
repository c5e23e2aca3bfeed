// Logs in to the emulator by amazon-cognito-identity-js, which is known to work with AWS.
//
// EMULATOR_ENDPOINT says where the emulator is; LOGINS, how many random passwords to try.

import { createHmac, randomInt } from 'node:crypto';
import {
	AuthenticationDetails,
	CognitoRefreshToken,
	CognitoUser,
	CognitoUserPool,
} from 'amazon-cognito-identity-js';

const endpoint = process.env.EMULATOR_ENDPOINT;
const logins = Number(process.env.LOGINS ?? 400);
let passed = 0;
let failed = 0;

function check(name, good) {
	if (good) {
		passed += 1;
	} else {
		failed += 1;
		console.log('FAILED:', name);
	}
}

/** An admin call. The emulator wants it signed, and does not verify the signature. */
async function admin(operation, body) {
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

const pool = (await admin('CreateUserPool', { PoolName: 'peers', AliasAttributes: ['email'], MfaConfiguration: 'OPTIONAL' }))
	.UserPool.Id;
const client = (
	await admin('CreateUserPoolClient', {
		UserPoolId: pool,
		ClientName: 'js',
		ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
	})
).UserPoolClient.ClientId;

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

const Storage = new Memory();
const userPool = new CognitoUserPool({ UserPoolId: pool, ClientId: client, endpoint, Storage });

function cognitoUser(Username) {
	return new CognitoUser({ Username, Pool: userPool, Storage });
}

/** Runs one login step, and resolves to what was called back: `[name, ...arguments]`. */
function step(run) {
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

function logIn(username, Password) {
	const user = cognitoUser(username);
	const details = new AuthenticationDetails({ Username: username, Password });
	return step((callbacks) => user.authenticateUser(details, callbacks)).then((outcome) => [user, ...outcome]);
}

/** Turns a method that takes a Node callback as its last argument into a promise of `[error, value]`. */
function called(object, method, ...values) {
	return new Promise((resolve) => object[method](...values, (error, value) => resolve([error, value])));
}

function randomPassword() {
	let password = '';
	while (password.length < 16) {
		const point = randomInt(2) ? randomInt(33, 127) : randomInt(0xa1, 0x2ff);
		password += String.fromCodePoint(point);
	}
	return `${password}Aa1!`.replaceAll('\u00ad', 'x');
}

async function addUser(Username, Password, Permanent = true, email) {
	const UserAttributes = email
		? [
				{ Name: 'email', Value: email },
				{ Name: 'email_verified', Value: 'true' },
			]
		: [];
	await admin('AdminCreateUser', { UserPoolId: pool, Username, UserAttributes, MessageAction: 'SUPPRESS' });
	await admin('AdminSetUserPassword', { UserPoolId: pool, Username, Password, Permanent });
}

// Right and wrong passwords.
await addUser('random', 'Correct-horse-1');
let missed = 0;
for (let index = 0; index < logins; index += 1) {
	const Password = randomPassword();
	await admin('AdminSetUserPassword', { UserPoolId: pool, Username: 'random', Password, Permanent: true });
	const [, outcome] = await logIn('random', Password);
	if (outcome !== 'onSuccess') missed += 1;
	check(`random password ${JSON.stringify(Password)}`, outcome === 'onSuccess');
}
console.log(`random passwords: ${logins} tried, ${missed} missed`);

const unicode = ['Grüße-aus-Köln-1', 'пароль-Пароль-Aa-1', '密码-Passwort-1', '🔑🔓-Emoji-Wort-1', 'e\u0301-NFD-Wort-1', 'é-NFC-Wort-1'];
for (const [index, password] of unicode.entries()) {
	await addUser(`unicode${index}`, password);
	const [, outcome] = await logIn(`unicode${index}`, password);
	check(password, outcome === 'onSuccess');
}

const wrong = 40;
for (let index = 0; index < wrong; index += 1) {
	const password = randomPassword();
	await addUser(`wrong${index}`, password);
	const [, outcome, error] = await logIn(`wrong${index}`, `${password}x`);
	check('a wrong password', outcome === 'onFailure' && error.code === 'NotAuthorizedException');
}
console.log(`wrong passwords: ${wrong} tried`);

// Names and tokens.
await addUser('alice', 'Correct-horse-1', true, 'alice@example.com');
let [, unknown, error] = await logIn('nobody', 'Correct-horse-1');
check('unknown', unknown === 'onFailure' && error.code === 'UserNotFoundException');

const [alice, outcome, session] = await logIn('alice@example.com', 'Correct-horse-1');
check('login by alias', outcome === 'onSuccess' && session.isValid());
check('the internal name', session.getIdToken().payload['cognito:username'] === 'alice');
const [, attributes] = await called(alice, 'getUserAttributes');
check('GetUser', attributes?.some((it) => it.getName() === 'email' && it.getValue() === 'alice@example.com'));
const refreshToken = new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() });
const [refusal, refreshed] = await called(alice, 'refreshSession', refreshToken);
check('refresh', !refusal && refreshed.getAccessToken().getJwtToken() !== session.getAccessToken().getJwtToken());

// USER_PASSWORD_AUTH.
const plain = cognitoUser('alice');
plain.setAuthenticationFlowType('USER_PASSWORD_AUTH');
const inClear = new AuthenticationDetails({ Username: 'alice', Password: 'Correct-horse-1' });
const [byPassword] = await step((callbacks) => plain.authenticateUser(inClear, callbacks));
check('USER_PASSWORD_AUTH', byPassword === 'onSuccess');

// NEW_PASSWORD_REQUIRED.
await addUser('newbie', 'Temporary-1!', false);
const [newbie, asked] = await logIn('newbie', 'Temporary-1!');
check('asked for a new password', asked === 'newPasswordRequired');
const [weak, weakness] = await step((callbacks) => newbie.completeNewPasswordChallenge('short', {}, callbacks));
check('a weak one', weak === 'onFailure' && weakness.code === 'InvalidPasswordException');
const [chosen] = await step((callbacks) => newbie.completeNewPasswordChallenge('Permanent-1!', {}, callbacks));
check('a good one after it', chosen === 'onSuccess');
check('login with it', (await logIn('newbie', 'Permanent-1!'))[1] === 'onSuccess');

// SOFTWARE_TOKEN_MFA.
function totp(secret) {
	const bits = [...secret.replace(/=+$/, '')]
		.map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
		.join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
	const mac = createHmac('sha1', key).update(counter).digest();
	const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
	return String(number % 1_000_000).padStart(6, '0');
}

const secret = await new Promise((resolve) =>
	alice.associateSoftwareToken({ associateSecretCode: resolve, onFailure: resolve }),
);
const verified = await step((callbacks) => alice.verifySoftwareToken(totp(secret), 'phone', callbacks));
check('enrolment', verified[0] === 'onSuccess');
const [preferenceError] = await called(alice, 'setUserMfaPreference', null, { PreferredMfa: true, Enabled: true });
check('preference', !preferenceError);
const [again, question] = await logIn('alice', 'Correct-horse-1');
check('asked for a code', question === 'totpRequired');
const wrongCode = String((Number(totp(secret)) + 1) % 1_000_000).padStart(6, '0');
const [mismatch, reason] = await step((callbacks) => again.sendMFACode(wrongCode, callbacks, 'SOFTWARE_TOKEN_MFA'));
check('a wrong code', mismatch === 'onFailure' && reason.code === 'CodeMismatchException');
const [right] = await step((callbacks) => again.sendMFACode(totp(secret), callbacks, 'SOFTWARE_TOKEN_MFA'));
check('a right code after it', right === 'onSuccess');

// GlobalSignOut.
const out = await step((callbacks) => again.globalSignOut(callbacks));
check('sign-out', out[0] === 'onSuccess');
const [gone] = await called(again, 'refreshSession', refreshToken);
check('refresh after sign-out', gone?.code === 'NotAuthorizedException');

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
