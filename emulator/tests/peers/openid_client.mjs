// Logins at the pool's domain by openid-client, which is certified and strict, and what is wrong with a callback.
//
// EMULATOR_ENDPOINT says where the emulator is.

import * as oidc from 'openid-client';
import { ask, callback, furnish, logIn, scopes } from './domain.mjs';
import { check, finish, refuses } from './harness.mjs';

const { issuer, web, other, open, machine } = await furnish();

/** A client as the issuer's document says. It verifies signatures, TLS or not. */
function configure({ id, secret }, authentication) {
	const execute = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];
	return oidc.discovery(issuer, id, secret, authentication, { execute });
}
await refuses(
	'the document of another issuer',
	() => oidc.discovery(new URL(`${issuer}x`), web.id, web.secret, undefined, { execute: [oidc.allowInsecureRequests] }),
	(error) => error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM',
);
const client = await configure(web);
const invalid = (expected) => (error) => error.error === expected && error.status === 400;

/** A whole login, and what was kept for its end. */
async function comeBack(configuration, changes = {}) {
	const verifier = oidc.randomPKCECodeVerifier();
	const expected = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
	const url = oidc.buildAuthorizationUrl(configuration, {
		redirect_uri: callback,
		scope: scopes,
		state: expected.expectedState,
		nonce: expected.expectedNonce,
		code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
		code_challenge_method: 'S256',
		...changes,
	});
	return [await logIn(url), expected];
}

// Each way of client authentication.
for (const [name, configuration] of [
	['in the body', await configure(web, oidc.ClientSecretPost(web.secret))],
	['by Basic', await configure(web, oidc.ClientSecretBasic(web.secret))],
	['without a secret', await configure(open, oidc.None())],
]) {
	const [back, expected] = await comeBack(configuration);
	const tokens = await oidc.authorizationCodeGrant(configuration, back, { ...expected, maxAge: 60 });
	check(`${name}: ID token`, tokens.claims().email === 'alice@example.com');
	const { sub } = tokens.claims();
	const info = await oidc.fetchUserInfo(configuration, tokens.access_token, sub);
	check(`${name}: user info`, info.email === 'alice@example.com' && info.email_verified === 'true');
	const renewed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token);
	check(`${name}: renewed`, renewed.access_token !== tokens.access_token && renewed.claims().sub === sub);
	await refuses(
		`${name}: a code used twice`,
		() => oidc.authorizationCodeGrant(configuration, back, expected),
		invalid('invalid_grant'),
	);
	const latest = renewed.refresh_token ?? tokens.refresh_token;
	await oidc.tokenRevocation(configuration, latest);
	await refuses(
		`${name}: renewal after revocation`,
		() => oidc.refreshTokenGrant(configuration, latest),
		invalid('invalid_grant'),
	);
}

// What is wrong with a callback. None of these uses up the code but the nonce, which only the token tells.
const [back, expected] = await comeBack(client);
const moved = new URL(back);
moved.pathname += '/';
const without = new URL(back);
without.searchParams.delete('state');
const mismatch = (error) => error.code === 'OAUTH_INVALID_RESPONSE';
const state = oidc.randomState();
for (const [name, configuration, url, changes, fits] of [
	['a forged state', client, back, { expectedState: state }, mismatch],
	['no state', client, without, {}, mismatch],
	['another verifier', client, back, { pkceCodeVerifier: oidc.randomPKCECodeVerifier() }, invalid('invalid_grant')],
	['no verifier', client, back, { pkceCodeVerifier: undefined }, invalid('invalid_grant')],
	['another redirect address', client, moved, {}, invalid('unauthorized_client')],
	['a wrong secret', await configure({ ...web, secret: other.secret }), back, {}, invalid('invalid_client')],
	['no secret', await configure(web, oidc.None()), back, {}, invalid('invalid_client')],
	['the code of another app client', await configure(other), back, {}, invalid('invalid_grant')],
	['another nonce', client, back, { expectedNonce: 'another' }, (error) => error.code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
]) {
	await refuses(name, () => oidc.authorizationCodeGrant(configuration, url, { ...expected, ...changes }), fits);
}

const [right, kept] = await comeBack(client);
const tokens = await oidc.authorizationCodeGrant(client, right, kept);
const { sub } = tokens.claims();
await refuses(
	'user info of another subject',
	() => oidc.fetchUserInfo(client, tokens.access_token, 'another'),
	(error) => error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
);
const [narrow, narrowly] = await comeBack(client, { scope: 'aws.cognito.signin.user.admin' });
const little = await oidc.authorizationCodeGrant(client, narrow, { ...narrowly, expectedNonce: undefined });
await refuses(
	'user info without the scope openid',
	() => oidc.fetchUserInfo(client, little.access_token, oidc.skipSubjectCheck),
	(error) => error.status === 401,
);

// Cognito's logout wants a parameter of its own in place of the standard's.
const home = 'http://localhost:3000/';
const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: home };
const ends = async (more) => ask(oidc.buildEndSessionUrl(client, { ...parameters, ...more }));
check('logout as the standard has it', (await ends({})).status === 400);
check('logout as Cognito has it', (await ends({ logout_uri: home })).headers.get('location') === home);
check('logout to a stranger', (await ends({ logout_uri: 'http://evil.example/' })).status === 400);

// Client credentials.
const robot = await configure(machine);
check('client credentials', (await oidc.clientCredentialsGrant(robot, { scope: 'shop/read' })).access_token);
for (const [name, configuration, scope, error] of [
	['a scope that it may not have', robot, 'shop/write', 'invalid_grant'],
	['a scope of nobody', robot, 'shop/burn', 'invalid_scope'],
	['a wrong secret for credentials', await configure({ ...machine, secret: web.secret }), 'shop/read', 'invalid_client'],
	['an app client for people', client, 'shop/read', 'unauthorized_client'],
]) {
	await refuses(name, () => oidc.clientCredentialsGrant(configuration, { scope }), invalid(error));
}

finish();
