// Both tokens of a login at the domain before AWS's own verifier, which takes issuers of AWS's form only.
//
// EMULATOR_ENDPOINT says where the emulator is. It runs with `--issuer aws`.

import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { callback, furnish, logIn, scopes } from './domain.mjs';
import { check, endpoint, finish, refuses } from './harness.mjs';

const { house, open } = await furnish();
const url = new URL('/oauth2/authorize', endpoint);
url.search = new URLSearchParams({
	client_id: open.id,
	redirect_uri: callback,
	response_type: 'code',
	scope: scopes,
});
const code = (await logIn(url)).searchParams.get('code');

async function ask(fields) {
	const body = new URLSearchParams({ client_id: open.id, ...fields });
	return (await fetch(new URL('/oauth2/token', endpoint), { method: 'POST', body })).json();
}
const tokens = await ask({ grant_type: 'authorization_code', code, redirect_uri: callback });
const renewed = await ask({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
const keys = await (await fetch(`${endpoint}/${house.id}/.well-known/jwks.json`)).json();

for (const [name, tokenUse, token] of [
	['the ID token', 'id', tokens.id_token],
	['the access token', 'access', tokens.access_token],
	['the renewed ID token', 'id', renewed.id_token],
	['the renewed access token', 'access', renewed.access_token],
]) {
	const verify = (settings, given = token) => {
		const judge = CognitoJwtVerifier.create({ userPoolId: house.id, clientId: open.id, tokenUse, ...settings });
		judge.cacheJwks(keys);
		return judge.verify(given);
	};
	check(name, (await verify()).sub?.length === 36);
	const [head, claims] = token.split('.');
	for (const [what, settings, given, error] of [
		['another app client', { clientId: 'another' }, token, 'CognitoJwtInvalidClientIdError'],
		['another use', { tokenUse: tokenUse === 'id' ? 'access' : 'id' }, token, 'CognitoJwtInvalidTokenUseError'],
		['a group that nobody is in', { groups: 'admins' }, token, 'CognitoJwtInvalidGroupError'],
		['another signature', {}, `${head}.${claims}.${'A'.repeat(342)}`, 'JwtInvalidSignatureError'],
	]) {
		await refuses(`${name}, ${what}`, () => verify(settings, given), (it) => it.constructor.name === error);
	}
}
finish();
