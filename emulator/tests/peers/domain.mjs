// What the judges of a domain's endpoints share: a pool with app clients for the web, and a browser without scripts.

import { House, endpoint } from './harness.mjs';

export const callback = 'http://localhost:3000/callback';
export const scopes = 'openid email aws.cognito.signin.user.admin';
const alice = { username: 'alice', password: 'Correct-horse-1' };
const oauth = {
	CallbackURLs: [callback, `${callback}/`],
	LogoutURLs: ['http://localhost:3000/'],
	AllowedOAuthFlows: ['code'],
	AllowedOAuthScopes: [...scopes.split(' '), 'phone'],
	AllowedOAuthFlowsUserPoolClient: true,
	SupportedIdentityProviders: ['COGNITO'],
};

/** A pool with alice in it, and five app clients, of which each is `{ id, secret }`. */
export async function furnish() {
	const house = await House.create({}, { ...oauth, GenerateSecret: true });
	await house.addUser(alice.username, alice.password, true, 'alice@example.com');
	const Scopes = ['read', 'write'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }));
	await house.admin('CreateResourceServer', { Identifier: 'shop', Name: 'shop', Scopes });
	const add = async (settings) => {
		const made = await house.admin('CreateUserPoolClient', { ClientName: 'judged', ...settings });
		return { id: made.UserPoolClient.ClientId, secret: made.UserPoolClient.ClientSecret };
	};
	await house.admin('CreateIdentityProvider', {
		ProviderName: 'Corp',
		ProviderType: 'OIDC',
		ProviderDetails: {
			client_id: 'x',
			client_secret: 'x',
			oidc_issuer: 'https://corp.example',
			authorize_scopes: 'openid',
			attributes_request_method: 'GET',
		},
		AttributeMapping: { email: 'email' },
	});
	const web = await house.admin('DescribeUserPoolClient', { ClientId: house.client });
	return {
		house,
		issuer: new URL(`${endpoint}/${house.id}`),
		web: { id: house.client, secret: web.UserPoolClient.ClientSecret },
		other: await add({ ...oauth, GenerateSecret: true }),
		federated: await add({ ...oauth, GenerateSecret: true, SupportedIdentityProviders: ['Corp'] }),
		open: await add({ ...oauth, EnableTokenRevocation: true, RefreshTokenRotation: { Feature: 'ENABLED' } }),
		machine: await add({
			GenerateSecret: true,
			AllowedOAuthFlows: ['client_credentials'],
			AllowedOAuthScopes: ['shop/read'],
			AllowedOAuthFlowsUserPoolClient: true,
		}),
	};
}

/** Asks for a login page, and gives the answer as it is: to be looked at where no login page is to come. */
export function ask(url) {
	return fetch(url, { redirect: 'manual' });
}

/** Logs alice in on the page, as a browser does, and returns the address that she is sent back to. */
export async function logIn(url) {
	const start = await ask(url);
	const page = new URL(start.headers.get('location'), endpoint);
	const html = await (await fetch(page)).text();
	const started = html.match(/name="started" value="(\d+)"/)[1];
	const form = new URLSearchParams({ ...alice, started });
	const back = await fetch(page, { method: 'POST', body: form, redirect: 'manual' });
	return new URL(back.headers.get('location'));
}

/** Comes as ada from the identity provider, or presses another of its buttons. */
export async function comeFromCorp(url, button = 'login') {
	const start = await ask(url);
	const page = new URL(start.headers.get('location'), endpoint);
	const form = new URLSearchParams({ do: button, sub: '4711', email: 'ada@corp.example' });
	const back = await fetch(page, { method: 'POST', body: form, redirect: 'manual' });
	return new URL(back.headers.get('location'));
}

/** What is wrong with a request for a login, as the address that the browser is sent back to says. */
export async function trouble(url) {
	const answer = await ask(url);
	const [address, says] = answer.headers.get('location')?.split(/[?#]/) ?? []; // in the fragment with the implicit grant
	return address === callback ? new URLSearchParams(says).get('error') : `status ${answer.status}`;
}
