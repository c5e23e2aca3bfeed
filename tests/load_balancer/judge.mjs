// What aws-jwt-verify, AWS's own verifier, says of a load balancer's tokens.
//
// Reads one JSON document from standard input: the load balancers, the issuer, the app client, the public key, and tokens.
// Writes a list that says of each whether it is accepted.

import { AlbJwtVerifier } from 'aws-jwt-verify';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { arns, issuer, client, key, tokens } = JSON.parse(text);

// Nothing listens there: other keys than the one that is given are not to be had.
const jwksUri = 'https://127.0.0.1:9';
const judge = AlbJwtVerifier.create({ albArn: arns, issuer, clientId: client, jwksUri });
judge.cacheJwks({ keys: [key] });
const verdicts = [];
for (const token of tokens) {
	const claims = await judge.verify(token).catch(() => undefined);
	verdicts.push(claims !== undefined);
}
console.log(JSON.stringify(verdicts));
