// Answers the logins of `inputs.py` with amazon-cognito-identity-js. Reads JSON, prints JSON.
//
// The library does all of it: it is given its random number, the challenge and the time, and is watched.
// PEERS_NODE_DIR says where the npm packages are.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(join(resolve(process.env.PEERS_NODE_DIR ?? '.'), 'package.json'));
const { AuthenticationDetails, AuthenticationHelper, CognitoUser, CognitoUserPool } = require('amazon-cognito-identity-js');

const helper = AuthenticationHelper.prototype;
const BigInteger = new AuthenticationHelper('pool').N.constructor;
const TrueDate = Date;
let seen;

const { calculateU, calculateS, computehkdf } = helper;
helper.calculateU = function (...values) {
	const u = calculateU.apply(this, values);
	seen.u = u.toString(16);
	return u;
};
helper.calculateS = function (x, serverPublic, callback) {
	seen.x = x.toString(16);
	calculateS.call(this, x, serverPublic, (error, s) => {
		seen.s = s?.toString(16);
		callback(error, s);
	});
};
helper.computehkdf = function (...values) {
	const key = computehkdf.apply(this, values);
	seen.key = Buffer.from(key).toString('hex');
	return key;
};

function answer(login) {
	seen = {};
	helper.generateRandomSmallA = () => new BigInteger(login.small_a, 16);
	globalThis.Date = class extends TrueDate {
		constructor() {
			super(login.unix_time * 1000);
		}
	};

	const Storage = { getItem: () => null, setItem() {}, removeItem() {}, clear() {} };
	const Pool = new CognitoUserPool({ UserPoolId: login.user_pool_id, ClientId: 'client', Storage });
	const user = new CognitoUser({ Username: 'typed', Pool, Storage });
	user.client.request = (operation, request, callback) => {
		if (operation === 'InitiateAuth') {
			seen.srp_a = request.AuthParameters.SRP_A;
			const ChallengeParameters = {
				USER_ID_FOR_SRP: login.user_id_for_srp,
				SALT: login.salt,
				SRP_B: login.srp_b,
				SECRET_BLOCK: login.secret_block,
			};
			callback(null, { ChallengeName: 'PASSWORD_VERIFIER', ChallengeParameters });
		} else {
			seen.timestamp = request.ChallengeResponses.TIMESTAMP;
			seen.password_claim_signature = request.ChallengeResponses.PASSWORD_CLAIM_SIGNATURE;
		}
	};
	const details = new AuthenticationDetails({ Username: 'typed', Password: login.password });
	user.authenticateUser(details, {
		onFailure(error) {
			throw error;
		},
	});
	globalThis.Date = TrueDate;
	return seen;
}

const inputs = JSON.parse(readFileSync(0, 'utf8'));
const cases = inputs.cases.map(answer);
const spellings = inputs.salt_spellings.map(answer);
console.log(JSON.stringify({ cases, salt_spellings: spellings }));
