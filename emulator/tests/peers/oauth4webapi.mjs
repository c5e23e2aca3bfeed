// The domain's endpoints before oauth4webapi, which is certified: three ways of client authentication, and what is
// wrong with each step.
//
// EMULATOR_ENDPOINT says where the emulator is.

import * as oauth from 'oauth4webapi';
import { callback, comeFromCorp, furnish, logIn, scopes, trouble } from './domain.mjs';
import { check, finish, refuses } from './harness.mjs';

const plain = { [oauth.allowInsecureRequests]: true };
const { issuer, web, other, federated, open, machine } = await furnish();
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, plain));
check('discovery', server.token_endpoint.endsWith('/oauth2/token'));
const elsewhere = new URL(`${issuer}x`);
await refuses(
	'the document of another issuer',
	async () => oauth.processDiscoveryResponse(elsewhere, await oauth.discoveryRequest(issuer, plain)),
	(error) => error.code === oauth.JSON_ATTRIBUTE_COMPARISON,
);

const rp = (client) => ({ client_id: client.id });
const basic = (client) => oauth.ClientSecretBasic(client.secret);
const invalid = (expected) => (error) => error.error === expected && error.status === 400;

/** The address that a login starts at, and what is to be kept until its end. */
async function begin(client, changes = {}) {
	const verifier = oauth.generateRandomCodeVerifier();
	const attempt = { verifier, state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() };
	const url = new URL(server.authorization_endpoint);
	url.search = new URLSearchParams({
		client_id: client.id,
		redirect_uri: callback,
		response_type: 'code',
		scope: scopes,
		state: attempt.state,
		nonce: attempt.nonce,
		code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
		code_challenge_method: 'S256',
		...changes,
	});
	return { url, ...attempt };
}

/** The parameters of the callback of a whole login. */
async function comeBack(client, changes, visit = logIn) {
	const attempt = await begin(client, changes);
	const back = await visit(attempt.url);
	return { ...attempt, back, parameters: oauth.validateAuthResponse(server, rp(client), back, attempt.state) };
}

/** Redeems a code; `with_` has what is to be wrong. */
async function redeem(client, authentication, attempt, with_ = {}) {
	const response = await oauth.authorizationCodeGrantRequest(
		server,
		rp(with_.client ?? client),
		authentication,
		attempt.parameters,
		with_.redirect ?? callback,
		with_.verifier ?? attempt.verifier,
		plain,
	);
	const tokens = await oauth.processAuthorizationCodeResponse(server, rp(client), response, {
		expectedNonce: with_.nonce ?? attempt.nonce,
		requireIdToken: true,
		maxAge: 60,
	});
	await oauth.validateApplicationLevelSignature(server, response, plain);
	return tokens;
}

async function refresh(client, authentication, token) {
	const response = await oauth.refreshTokenGrantRequest(server, rp(client), authentication, token, plain);
	return oauth.processRefreshTokenResponse(server, rp(client), response);
}

async function userInfo(client, token, subject) {
	const response = await oauth.userInfoRequest(server, rp(client), token, plain);
	return oauth.processUserInfoResponse(server, rp(client), subject, response);
}

async function revoke(client, authentication, token) {
	const response = await oauth.revocationRequest(server, rp(client), authentication, token, plain);
	return oauth.processRevocationResponse(response);
}

// Right ones, in each way of client authentication.
for (const [name, client, authentication] of [
	['client_secret_basic', web, basic(web)],
	['client_secret_post', web, oauth.ClientSecretPost(web.secret)],
	['none', open, oauth.None()],
]) {
	const attempt = await comeBack(client);
	const tokens = await redeem(client, authentication, attempt);
	const { sub, email } = oauth.getValidatedIdTokenClaims(tokens);
	check(`${name}: ID token`, email === 'alice@example.com');
	const info = await userInfo(client, tokens.access_token, sub);
	check(`${name}: user info`, info.email === email && info.username === 'alice');
	const renewed = await refresh(client, authentication, tokens.refresh_token);
	check(`${name}: renewed`, renewed.access_token !== tokens.access_token);
	check(`${name}: the same user`, oauth.getValidatedIdTokenClaims(renewed).sub === sub);
	check(`${name}: rotated where it is on`, (renewed.refresh_token !== undefined) === (client === open));
	await refuses(
		`${name}: user info of somebody else`,
		() => userInfo(client, tokens.access_token, 'another'),
		(error) => error.code === oauth.JSON_ATTRIBUTE_COMPARISON,
	);

	await refuses(`${name}: a code used twice`, () => redeem(client, authentication, attempt), invalid('invalid_grant'));
	const latest = renewed.refresh_token ?? tokens.refresh_token;
	await refuses(
		`${name}: an access token is not to be revoked`,
		() => revoke(client, authentication, tokens.access_token),
		invalid('unsupported_token_type'),
	);
	await revoke(client, authentication, latest);
	await revoke(client, authentication, latest);
	await revoke(client, authentication, 'never-issued');
	check(`${name}: revoked, and twice, and an unknown one`, true);
	await refuses(`${name}: renewal after it`, () => refresh(client, authentication, latest), invalid('invalid_grant'));
	await refuses(
		`${name}: user info after it`,
		() => userInfo(client, renewed.access_token, sub),
		(error) => error.status === 401 && error.cause[0].parameters.error === 'invalid_token',
	);
}

// The way there and back.
const troubles = {
	unauthorized_client: [{ response_type: 'token' }],
	invalid_request: [{ response_type: 'id_token' }, { code_challenge_method: 'plain' }, { code_challenge: '' }],
	invalid_scope: [{ scope: 'openid profile' }, { scope: 'email' }, { scope: 'openid nonsense' }],
	login_required: [{ prompt: 'none' }],
	'status 400': [{ redirect_uri: `${callback}/other` }, { redirect_uri: '' }, { client_id: 'nobody' }],
};
for (const [error, requests] of Object.entries(troubles)) {
	for (const changes of requests) {
		const answer = await trouble((await begin(web, changes)).url);
		check(`${JSON.stringify(changes)}: ${error}, not ${answer}`, answer === error);
	}
}
const fresh = await comeBack(web);
for (const [name, state] of [
	['a forged state', oauth.generateRandomState()],
	['no state expected', oauth.expectNoState],
]) {
	await refuses(
		name,
		() => oauth.validateAuthResponse(server, rp(web), fresh.back, state),
		(error) => error.code === oauth.INVALID_RESPONSE,
	);
}
const refusal = await begin(web, { prompt: 'none' });
const back = new URL((await fetch(refusal.url, { redirect: 'manual' })).headers.get('location'));
await refuses(
	'a refusal is read as one',
	() => oauth.validateAuthResponse(server, rp(web), back, refusal.state),
	(error) => error instanceof oauth.AuthorizationResponseError && error.error === 'login_required',
);

// The token endpoint. None of these uses up the code here; whether it does at AWS is not known.
const wrongs = [
	['another verifier', { verifier: oauth.generateRandomCodeVerifier() }, basic(web), 'invalid_grant'],
	['no verifier', { verifier: oauth.nopkce }, basic(web), 'invalid_grant'],
	['another redirect address', { redirect: `${callback}/` }, basic(web), 'unauthorized_client'],
	['a wrong secret', {}, oauth.ClientSecretBasic(`${web.secret}x`), 'invalid_client'],
	['a wrong secret in the body', {}, oauth.ClientSecretPost(other.secret), 'invalid_client'],
	['no secret', {}, oauth.None(), 'invalid_client'],
	['an unknown app client', { client: { id: 'nobody' } }, basic(web), 'invalid_client'],
	['the code of another app client', { client: other }, basic(other), 'invalid_grant'],
];
for (const [name, changes, authentication, error] of wrongs) {
	await refuses(name, () => redeem(web, authentication, fresh, changes), invalid(error));
}
const late = await redeem(web, basic(web), fresh);
check('after all of these it is still good', late.access_token);
const swapped = await comeBack(web);
await refuses(
	'another nonce',
	() => redeem(web, basic(web), swapped, { nonce: oauth.generateRandomNonce() }),
	(error) => error.code === oauth.JWT_CLAIM_COMPARISON,
);
const unexpected = await comeBack(web);
await refuses(
	'a nonce that nobody expects',
	() => redeem(web, basic(web), unexpected, { nonce: oauth.expectNoNonce }),
	(error) => error.code === oauth.JWT_CLAIM_COMPARISON,
);
const forged = new URLSearchParams({ ...Object.fromEntries(fresh.parameters), code: crypto.randomUUID() });
forged.delete('iss');
const madeUp = oauth.validateAuthResponse(server, rp(web), forged, fresh.state);
await refuses('a made up code', () => redeem(web, basic(web), { ...fresh, parameters: madeUp }), invalid('invalid_grant'));
for (const [name, client, authentication, token] of [
	['the refresh token of another app client', other, basic(other), late.refresh_token],
	['a made up refresh token', web, basic(web), 'nonsense'],
]) {
	await refuses(name, () => refresh(client, authentication, token), invalid('invalid_grant'));
}
await refuses(
	'renewal with a wrong secret',
	() => refresh(web, basic(other), late.refresh_token),
	invalid('invalid_client'),
);
await refuses(
	'revocation with a wrong secret',
	() => revoke(web, basic(other), late.refresh_token),
	(error) => error.error === 'invalid_client' && error.status === 401,
);
await revoke(other, basic(other), late.refresh_token);
check('nobody revokes what is not theirs', (await refresh(web, basic(web), late.refresh_token)).access_token);

// From an identity provider.
const ada = await comeBack(federated, {}, comeFromCorp);
const hers = oauth.getValidatedIdTokenClaims(await redeem(federated, basic(federated), ada));
check('federated: ID token', hers.email === 'ada@corp.example' && hers['cognito:username'] === 'Corp_4711');
check('federated: identities', hers.identities[0].providerName === 'Corp' && hers.identities[0].userId === '4711');
const silent = await comeBack(federated, { nonce: '' }, comeFromCorp);
await refuses(
	'without a nonce of ours Cognito invents one',
	() => redeem(federated, basic(federated), silent, { nonce: oauth.expectNoNonce }),
	(error) => error.code === oauth.JWT_CLAIM_COMPARISON,
);
for (const [button, expected] of [
	['refuse', 'access_denied'],
	['fail', 'invalid_request'],
]) {
	await refuses(
		`the identity provider: ${button}`,
		() => comeBack(federated, {}, (url) => comeFromCorp(url, button)),
		(error) => error instanceof oauth.AuthorizationResponseError && error.error === expected,
	);
}

// Scopes.
const narrow = await comeBack(web, { scope: 'aws.cognito.signin.user.admin' });
const response = await oauth.authorizationCodeGrantRequest(
	server,
	rp(web),
	basic(web),
	narrow.parameters,
	callback,
	narrow.verifier,
	plain,
);
const tokens = await oauth.processAuthorizationCodeResponse(server, rp(web), response);
check('no ID token without openid', tokens.id_token === undefined);
await refuses(
	'user info without openid',
	() => userInfo(web, tokens.access_token, oauth.skipSubjectCheck),
	(error) => error.status === 401,
);

// Client credentials.
async function credentials(client, authentication, parameters) {
	const response = await oauth.clientCredentialsGrantRequest(server, rp(client), authentication, parameters, plain);
	return oauth.processClientCredentialsResponse(server, rp(client), response);
}
for (const [name, parameters] of [
	['with a scope', { scope: 'shop/read' }],
	['without', {}],
]) {
	const granted = await credentials(machine, basic(machine), parameters);
	const claims = JSON.parse(Buffer.from(granted.access_token.split('.')[1], 'base64url').toString());
	check(`client credentials ${name}`, claims.scope === 'shop/read' && claims.sub === machine.id);
	check(`client credentials ${name}: nothing else`, !granted.id_token && !granted.refresh_token);
}
for (const [name, client, authentication, scope, error] of [
	['a scope of nobody', machine, basic(machine), 'shop/burn', 'invalid_scope'],
	['a scope that it may not have', machine, basic(machine), 'shop/write', 'invalid_grant'],
	['a wrong secret for credentials', machine, basic(web), 'shop/read', 'invalid_client'],
	['an app client for people', web, basic(web), 'shop/read', 'unauthorized_client'],
]) {
	await refuses(name, () => credentials(client, authentication, { scope }), invalid(error));
}
finish();
