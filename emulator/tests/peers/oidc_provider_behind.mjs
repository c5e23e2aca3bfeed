// A certified OpenID provider behind the pool: the emulator is its client, as Cognito would be.
//
// EMULATOR_ENDPOINT says where the emulator is.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { House, admin, check, endpoint, finish, refuses } from './harness.mjs';

const callback = 'http://localhost:3000/callback';
const back = `${endpoint}/oauth2/idpresponse`;
const client = {
	client_id: 'the-pool',
	client_secret: 'the-secret-of-the-pool',
	redirect_uris: [back],
	response_types: ['code'],
	token_endpoint_auth_method: 'client_secret_post',
};
const seen = [];

/** The provider of one company: whoever types a name has it. */
async function found() {
	const server = createServer();
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const issuer = `http://127.0.0.1:${server.address().port}`;
	const provider = new Provider(issuer, {
		clients: [client],
		claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'roles'] },
		cookies: { keys: ['only for a test'] },
		features: { devInteractions: { enabled: true } },
		findAccount: (ctx, name) => ({
			accountId: name,
			claims: () => ({
				sub: name,
				email: `${name}@corp.example`,
				email_verified: true,
				name: name.toUpperCase(),
				roles: ['one', 'two'],
			}),
		}),
		async loadExistingGrant(ctx) {
			const { client, session, provider } = ctx.oidc;
			const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
			grant.addOIDCScope('openid email profile');
			await grant.save();
			return grant;
		},
		pkce: { required: () => false },
		scopes: ['openid', 'email', 'profile'],
	});
	provider.on('authorization.accepted', (ctx) => seen.push(ctx.oidc.params));
	server.on('request', provider.callback());
	return issuer;
}

const issuer = await found();
const house = await House.create(
	{ Schema: [{ Name: 'roles', AttributeDataType: 'String', Mutable: true }] },
	{
		CallbackURLs: [callback],
		AllowedOAuthFlows: ['code'],
		AllowedOAuthScopes: ['openid', 'email', 'profile'],
		AllowedOAuthFlowsUserPoolClient: true,
		SupportedIdentityProviders: ['COGNITO'],
	},
);
const details = {
	client_id: client.client_id,
	client_secret: client.client_secret,
	oidc_issuer: issuer,
	authorize_scopes: 'openid email profile',
	attributes_request_method: 'GET',
};
await house.admin('CreateIdentityProvider', {
	ProviderName: 'Corp',
	ProviderType: 'OIDC',
	ProviderDetails: details,
	AttributeMapping: { email: 'email', email_verified: 'email_verified', name: 'name', 'custom:roles': 'roles' },
});
await house.admin('UpdateUserPoolClient', {
	ClientId: house.client,
	CallbackURLs: [callback],
	AllowedOAuthFlows: ['code'],
	AllowedOAuthScopes: ['openid', 'email', 'profile'],
	AllowedOAuthFlowsUserPoolClient: true,
	SupportedIdentityProviders: ['Corp'],
});

/** A browser: it keeps cookies, and follows redirects until it is to go to the site. */
class Browser {
	cookies = new Map();

	async go(url, options = {}) {
		for (let step = 0; step < 10; step += 1) {
			const { origin } = new URL(url);
			const kept = this.cookies.get(origin) ?? new Map();
			this.cookies.set(origin, kept);
			const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
			const answer = await fetch(url, { ...options, headers: { cookie }, redirect: 'manual' });
			for (const line of answer.headers.getSetCookie()) {
				const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
				kept.set(name, value);
			}
			const location = answer.headers.get('location');
			if (!location) return { url, status: answer.status };
			url = new URL(location, url).href;
			if (url.startsWith(callback)) return { at: new URL(url).searchParams };
			options = {};
		}
		throw new Error('too many redirects');
	}

	/** Begins a login at the domain, and arrives at the provider's page. */
	begin(changes = {}) {
		const query = new URLSearchParams({
			client_id: house.client,
			redirect_uri: callback,
			response_type: 'code',
			state: 'the-state',
			nonce: 'the-nonce',
			...changes,
		});
		return this.go(`${endpoint}/oauth2/authorize?${query}`);
	}

	/** Logs in there. */
	async finish(page, login) {
		const body = new URLSearchParams({ prompt: 'login', login, password: 'any' });
		return this.go(page.url, { method: 'POST', body });
	}
}

async function redeem(code) {
	const body = new URLSearchParams({
		grant_type: 'authorization_code',
		client_id: house.client,
		redirect_uri: callback,
		code,
	});
	const answer = await (await fetch(`${endpoint}/oauth2/token`, { method: 'POST', body })).json();
	return JSON.parse(Buffer.from(answer.id_token.split('.')[1], 'base64url'));
}

let subject;
for (const [which, changes] of [
	['the first login', {}],
	['the second login', { prompt: 'login' }],
]) {
	const browser = new Browser();
	const page = await browser.begin(changes);
	check(`${which}: at the provider`, page.url?.startsWith(issuer));
	const { at } = await browser.finish(page, 'bob');
	check(`${which}: state`, at?.get('state') === 'the-state');
	const id = await redeem(at.get('code'));
	check(`${which}: name`, id['cognito:username'] === 'Corp_bob' && id.name === 'BOB');
	check(`${which}: mail`, id.email === 'bob@corp.example' && id.email_verified === true);
	check(`${which}: several values`, id['custom:roles'] === '[one,two]');
	check(`${which}: nonce`, id.nonce === 'the-nonce' && seen.at(-1).nonce !== 'the-nonce');
	check(`${which}: the same user`, (subject ?? id.sub) === id.sub);
	subject = id.sub;

	// The domain remembers the visitor, and does not ask again.
	const again = await browser.begin();
	check(`${which}: remembered`, again.at?.get('code'));
}

const told = async (attempt) => {
	const { at } = await attempt();
	throw Object.assign(new Error(), { error: at?.get('error'), text: at?.get('error_description') ?? '' });
};
await refuses(
	'a visitor who gives up',
	() => {
		const browser = new Browser();
		return told(async () => browser.go(`${(await browser.begin()).url}/abort`));
	},
	(error) => error.error === 'access_denied',
);
const settings = async (changes) =>
	house.admin('UpdateIdentityProvider', { ProviderName: 'Corp', ProviderDetails: { ...details, ...changes } });
for (const [name, changes, expected, text] of [
	['another secret', { client_secret: 'wrong' }, 'invalid_request', 'Corp Error - 401 error getting token'],
	['no scope openid', { authorize_scopes: 'email' }, 'invalid_request', 'openid scope must be requested'],
	['an issuer that is not there', { oidc_issuer: 'http://127.0.0.1:1' }, 'invalid_request', 'the issuer'],
]) {
	await settings(changes);
	await refuses(
		name,
		() => {
			const browser = new Browser();
			return told(async () => {
				const page = await browser.begin();
				return page.at ? page : browser.finish(page, 'bob');
			});
		},
		(error) => error.error === expected && error.text.includes(text),
	);
}
await settings({});
const users = await admin('ListUsers', { UserPoolId: house.id });
check('one user', users.Users.length === 1 && users.Users[0].UserStatus === 'EXTERNAL_PROVIDER');
finish();
