// Logs in to the emulator by amazon-cognito-identity-js, which is known to work with AWS.
//
// EMULATOR_ENDPOINT says where the emulator is; LOGINS, how many random passwords to try.

import { AuthenticationDetails, CognitoRefreshToken } from 'amazon-cognito-identity-js';
import { House, called, check, finish, randomPassword, step, totp } from './harness.mjs';

const logins = Number(process.env.LOGINS ?? 400);
const house = await House.create({ AliasAttributes: ['email'] });

// Right and wrong passwords.
await house.addUser('random', 'Correct-horse-1');
let missed = 0;
for (let index = 0; index < logins; index += 1) {
	const Password = randomPassword();
	await house.admin('AdminSetUserPassword', { Username: 'random', Password, Permanent: true });
	const [, outcome] = await house.logIn('random', Password);
	if (outcome !== 'onSuccess') missed += 1;
	check(`random password ${JSON.stringify(Password)}`, outcome === 'onSuccess');
}
console.log(`random passwords: ${logins} tried, ${missed} missed`);

const unicode = ['Grüße-aus-Köln-1', 'пароль-Пароль-Aa-1', '密码-Passwort-1', '🔑🔓-Emoji-Wort-1', 'e\u0301-NFD-Wort-1', 'é-NFC-Wort-1'];
for (const [index, password] of unicode.entries()) {
	await house.addUser(`unicode${index}`, password);
	const [, outcome] = await house.logIn(`unicode${index}`, password);
	check(password, outcome === 'onSuccess');
}

const wrong = 40;
for (let index = 0; index < wrong; index += 1) {
	const password = randomPassword();
	await house.addUser(`wrong${index}`, password);
	const [, outcome, error] = await house.logIn(`wrong${index}`, `${password}x`);
	check('a wrong password', outcome === 'onFailure' && error.code === 'NotAuthorizedException');
}
console.log(`wrong passwords: ${wrong} tried`);

// Names and tokens.
await house.addUser('alice', 'Correct-horse-1', true, 'alice@example.com');
let [, unknown, error] = await house.logIn('nobody', 'Correct-horse-1');
check('unknown', unknown === 'onFailure' && error.code === 'UserNotFoundException');

const [alice, outcome, session] = await house.logIn('alice@example.com', 'Correct-horse-1');
check('login by alias', outcome === 'onSuccess' && session.isValid());
check('the internal name', session.getIdToken().payload['cognito:username'] === 'alice');
const [, attributes] = await called(alice, 'getUserAttributes');
check('GetUser', attributes?.some((it) => it.getName() === 'email' && it.getValue() === 'alice@example.com'));
const refreshToken = new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() });
const [refusal, refreshed] = await called(alice, 'refreshSession', refreshToken);
check('refresh', !refusal && refreshed.getAccessToken().getJwtToken() !== session.getAccessToken().getJwtToken());

// USER_PASSWORD_AUTH.
const plain = house.user('alice');
plain.setAuthenticationFlowType('USER_PASSWORD_AUTH');
const inClear = new AuthenticationDetails({ Username: 'alice', Password: 'Correct-horse-1' });
const [byPassword] = await step((callbacks) => plain.authenticateUser(inClear, callbacks));
check('USER_PASSWORD_AUTH', byPassword === 'onSuccess');

// NEW_PASSWORD_REQUIRED.
await house.addUser('newbie', 'Temporary-1!', false);
const [newbie, asked] = await house.logIn('newbie', 'Temporary-1!');
check('asked for a new password', asked === 'newPasswordRequired');
const [weak, weakness] = await step((callbacks) => newbie.completeNewPasswordChallenge('short', {}, callbacks));
check('a weak one', weak === 'onFailure' && weakness.code === 'InvalidPasswordException');
const [chosen] = await step((callbacks) => newbie.completeNewPasswordChallenge('Permanent-1!', {}, callbacks));
check('a good one after it', chosen === 'onSuccess');
check('login with it', (await house.logIn('newbie', 'Permanent-1!'))[1] === 'onSuccess');

// SOFTWARE_TOKEN_MFA.
const secret = await new Promise((resolve) =>
	alice.associateSoftwareToken({ associateSecretCode: resolve, onFailure: resolve }),
);
const verified = await step((callbacks) => alice.verifySoftwareToken(totp(secret), 'phone', callbacks));
check('enrolment', verified[0] === 'onSuccess');
const [preferenceError] = await called(alice, 'setUserMfaPreference', null, { PreferredMfa: true, Enabled: true });
check('preference', !preferenceError);
const [again, question] = await house.logIn('alice', 'Correct-horse-1');
check('asked for a code', question === 'totpRequired');
const wrongCode = String((Number(totp(secret)) + 1) % 1_000_000).padStart(6, '0');
const [mismatch, reason] = await step((callbacks) => again.sendMFACode(wrongCode, callbacks, 'SOFTWARE_TOKEN_MFA'));
check('a wrong code', mismatch === 'onFailure' && reason.code === 'CodeMismatchException');
const [right] = await step((callbacks) => again.sendMFACode(totp(secret, 1), callbacks, 'SOFTWARE_TOKEN_MFA'));
check('a right code after it', right === 'onSuccess');

// GlobalSignOut.
const out = await step((callbacks) => again.globalSignOut(callbacks));
check('sign-out', out[0] === 'onSuccess');
const [gone] = await called(again, 'refreshSession', refreshToken);
check('refresh after sign-out', gone?.code === 'NotAuthorizedException');

finish();
