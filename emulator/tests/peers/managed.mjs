// A login at the pool's domain by openid-client, which is certified and strict, and its tokens before aws-jwt-verify.
//
// EMULATOR_ENDPOINT says where the emulator is. Its issuers have AWS's form.

import { CognitoJwtVerifier } from 'aws-jwt-verify';
import * as oidc from 'openid-client';
import { House, check, finish } from './harness.mjs';

const endpoint = process.env.EMULATOR_ENDPOINT;
const callback = 'http://localhost:3000/callback';
const house = await House.create(
	{},
	{
		GenerateSecret: true,
		CallbackURLs: [callback],
		LogoutURLs: ['http://localhost:3000/'],
		AllowedOAuthFlows: ['code'],
		AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
		AllowedOAuthFlowsUserPoolClient: true,
		SupportedIdentityProviders: ['COGNITO'],
	},
);
await house.addUser('alice', 'Correct-horse-1', true, 'alice@example.com');
const described = await house.admin('DescribeUserPoolClient', { ClientId: house.client });
const secret = described.UserPoolClient.ClientSecret;
const document = await (await fetch(`${endpoint}/${house.id}/.well-known/openid-configuration`)).json();
const client = new oidc.Configuration(document, house.client, secret);
oidc.allowInsecureRequests(client);

/** Logs alice in on the page, as a browser does, and returns the address that she is sent back to. */
async function logIn(url) {
	const start = await fetch(url, { redirect: 'manual' });
	const page = new URL(start.headers.get('location'), endpoint);
	const html = await (await fetch(page)).text();
	const started = html.match(/name="started" value="(\d+)"/)[1];
	const form = new URLSearchParams({ username: 'alice', password: 'Correct-horse-1', started });
	const back = await fetch(page, { method: 'POST', body: form, redirect: 'manual' });
	return new URL(back.headers.get('location'));
}

const verifier = oidc.randomPKCECodeVerifier();
const expected = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
const url = oidc.buildAuthorizationUrl(client, {
	redirect_uri: callback,
	scope: 'openid email aws.cognito.signin.user.admin',
	state: expected.expectedState,
	nonce: expected.expectedNonce,
	code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
	code_challenge_method: 'S256',
});
const back = await logIn(url);
const tokens = await oidc.authorizationCodeGrant(client, back, expected);
check('the ID token', tokens.claims().email === 'alice@example.com');
const again = await oidc.authorizationCodeGrant(client, back, expected).catch((error) => error);
check('a code is good once', again.error === 'invalid_grant');
const other = { ...expected, expectedNonce: 'another' };
const swapped = await oidc.authorizationCodeGrant(client, await logIn(url), other).catch((error) => error);
check('another nonce', swapped instanceof Error);
const info = await oidc.fetchUserInfo(client, tokens.access_token, tokens.claims().sub);
check('user info', info.email === 'alice@example.com' && info.email_verified === 'true');
const renewed = await oidc.refreshTokenGrant(client, tokens.refresh_token);
check('renewed', renewed.access_token !== tokens.access_token);

const keys = await (await fetch(document.jwks_uri)).json();
for (const [tokenUse, token] of [['id', tokens.id_token], ['access', renewed.access_token]]) {
	const judge = CognitoJwtVerifier.create({ userPoolId: house.id, clientId: house.client, tokenUse });
	judge.cacheJwks(keys);
	const payload = await judge.verify(token).catch((error) => error);
	check(`aws-jwt-verify takes the ${tokenUse} token`, payload.sub === tokens.claims().sub);
	const stranger = CognitoJwtVerifier.create({ userPoolId: house.id, clientId: 'another', tokenUse });
	stranger.cacheJwks(keys);
	check('not for another client', (await stranger.verify(token).catch((error) => error)) instanceof Error);
}

await oidc.tokenRevocation(client, tokens.refresh_token);
const refused = await oidc.refreshTokenGrant(client, tokens.refresh_token).catch((error) => error);
check('revoked', refused.error === 'invalid_grant');
finish();
