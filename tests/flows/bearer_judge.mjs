// What aws-jwt-verify, AWS's own verifier, says of access tokens.
//
// Reads one JSON document from standard input: the user pool, its key set, the app clients that may call, and tokens.
// Writes a list with the kind of each: "user", "machine", or "" for one that it refuses.

import { CognitoJwtVerifier } from 'aws-jwt-verify';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { pool, keys, clients, tokens } = JSON.parse(text);

const judge = CognitoJwtVerifier.create({ userPoolId: pool, clientId: clients, tokenUse: 'access' });
judge.cacheJwks(keys);
const kinds = [];
for (const token of tokens) {
	const claims = await judge.verify(token).catch(() => undefined);
	kinds.push(claims === undefined ? '' : claims.username === undefined ? 'machine' : 'user');
}
console.log(JSON.stringify(kinds));
