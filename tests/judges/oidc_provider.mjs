// A certified OpenID provider in Cognito's clothes: its paths, its claims, its tokens. Where Cognito is lax, it is not:
// PKCE is a must, refresh tokens are good once, and one that is used twice ends its login.
//
// Prints its address first, and ends with its input. `GET /judge` says what it has seen.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const POOL = 'us-east-1_Elsewhere';
const RESOURCE = 'urn:the-api';
const SCOPES = 'openid email profile';
const HOUR = 3600;
const DAY = 24 * HOUR;
const seen = {};

/** A user is whoever says so on the page: the name typed is all there is. */
function account(ctx, name) {
	return {
		accountId: name,
		claims: (use) => ({
			sub: name,
			token_use: use === 'id_token' ? 'id' : undefined,
			'cognito:username': name,
			email: `${name}@example.com`,
			email_verified: true,
			given_name: name.toUpperCase(),
		}),
	};
}

/** Nobody is asked whether the site may know what it asks for. */
async function grant(ctx) {
	const { client, session, provider } = ctx.oidc;
	const made = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
	made.addOIDCScope(SCOPES);
	made.addResourceScope(RESOURCE, SCOPES);
	await made.save();
	return made;
}

function key(kid) {
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
}

const client = {
	redirect_uris: ['https://site.example/login/callback'],
	grant_types: ['authorization_code', 'refresh_token'],
	response_types: ['code'],
	require_auth_time: true,
};
const configuration = {
	clients: [
		{ ...client, client_id: 'site', client_secret: 'secret_of_the_site_elsewhere' },
		{ ...client, client_id: 'open', token_endpoint_auth_method: 'none' },
		{ ...client, client_id: 'other', client_secret: 'secret_of_the_other_site' },
	],
	claims: {
		openid: ['sub', 'cognito:username', 'token_use'],
		email: ['email', 'email_verified'],
		profile: ['given_name'],
	},
	conformIdTokenClaims: false,
	cookies: { keys: ['only for a test'] },
	features: {
		devInteractions: { enabled: true },
		revocation: { enabled: true },
		resourceIndicators: {
			enabled: true,
			defaultResource: () => RESOURCE,
			useGrantedResource: () => true,
			getResourceServerInfo: () => ({
				scope: SCOPES,
				accessTokenFormat: 'jwt',
				jwt: { sign: { alg: 'RS256', kid: 'access' } },
			}),
		},
	},
	findAccount: account,
	formats: {
		customizers: {
			jwt(ctx, token, jwt) {
				const { aud, ...claims } = jwt.payload;
				jwt.payload = { ...claims, token_use: 'access', username: token.accountId };
				// It insists on an audience, which Cognito's have not: this one is not written down.
				Object.defineProperty(jwt.payload, 'aud', { value: aud, enumerable: false, writable: true });
			},
		},
	},
	issueRefreshToken: () => true,
	jwks: { keys: [key('id'), key('access')] },
	loadExistingGrant: grant,
	pkce: { required: () => true },
	rotateRefreshToken: true,
	routes: {
		authorization: '/oauth2/authorize',
		jwks: `/${POOL}/.well-known/jwks.json`,
		revocation: '/oauth2/revoke',
		token: '/oauth2/token',
		userinfo: '/oauth2/userInfo',
	},
	scopes: SCOPES.split(' '),
	ttl: { AccessToken: HOUR, Grant: DAY, IdToken: HOUR, Interaction: HOUR, RefreshToken: DAY, Session: DAY },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
	const address = `http://127.0.0.1:${server.address().port}`;
	const provider = new Provider(`${address}/${POOL}`, configuration);
	const count = (event, type) => {
		const name = `${event} ${type}`;
		seen[name] = (seen[name] ?? 0) + 1;
	};
	provider.on('grant.success', (ctx) => count('granted', ctx.oidc.params.grant_type));
	provider.on('grant.error', (ctx, error) => count('refused', `${ctx.oidc.params?.grant_type} ${error.error}`));
	provider.on('authorization.success', () => count('authorized', 'code'));
	provider.on('authorization.error', (ctx, error) => count('refused', `authorization ${error.error}`));
	provider.on('server_error', (ctx, error) => console.error(error));
	const callback = provider.callback();
	server.on('request', (request, response) => {
		if (request.method === 'POST' && request.url === '/') {
			response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
			response.end(JSON.stringify({ __type: 'UnknownOperationException' }));
		} else if (request.url === '/judge') {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify(seen));
		} else {
			callback(request, response);
		}
	});
	console.log(address);
});
process.stdin.resume().on('end', () => process.exit());
