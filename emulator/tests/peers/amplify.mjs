// One user's life by aws-amplify v6: registration with automatic login, SRP, an authenticator app, refresh, reset.
//
// EMULATOR_ENDPOINT says where the emulator is.

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { House, check, code, finish, totp } from './harness.mjs';

const ExplicitAuthFlows = ['USER_SRP', 'USER', 'REFRESH_TOKEN'].map((it) => `ALLOW_${it}_AUTH`);
const house = await House.create({ AutoVerifiedAttributes: ['email'] }, { ExplicitAuthFlows });
Amplify.configure({
	Auth: {
		Cognito: {
			userPoolId: house.id,
			userPoolClientId: house.client,
			userPoolEndpoint: process.env.EMULATOR_ENDPOINT,
			loginWith: { username: true },
		},
	},
});
const stored = new Map();
cognitoUserPoolsTokenProvider.setKeyValueStorage({
	setItem: async (key, value) => void stored.set(key, value),
	getItem: async (key) => stored.get(key) ?? null,
	removeItem: async (key) => void stored.delete(key),
	clear: async () => stored.clear(),
});
const caught = (promise) => promise.catch((error) => error);
const alice = { username: 'alice', password: 'Correct-horse-1' };

// Registration, and the login that follows by itself.
const options = { userAttributes: { email: 'alice@example.com' }, autoSignIn: { authFlowType: 'USER_AUTH' } };
const weak = await caught(auth.signUp({ username: 'alice', password: 'shorter', options }));
check('a weak password', weak.name === 'InvalidPasswordException');
const begun = await auth.signUp({ ...alice, options });
check('to be confirmed', begun.nextStep.signUpStep === 'CONFIRM_SIGN_UP');
const wrong = await caught(auth.confirmSignUp({ username: 'alice', confirmationCode: 'abcdef' }));
check('a wrong code', wrong.name === 'CodeMismatchException');
const confirmed = await auth.confirmSignUp({ username: 'alice', confirmationCode: await code('sign_up') });
check('automatic login offered', confirmed.nextStep.signUpStep === 'COMPLETE_AUTO_SIGN_IN');
check('automatic login', (await auth.autoSignIn()).isSignedIn);
check('who it is', (await auth.getCurrentUser()).username === 'alice');
check('attributes', (await auth.fetchUserAttributes()).email_verified === 'true');

// A second factor.
const setup = await auth.setUpTOTP();
const misread = await caught(auth.verifyTOTPSetup({ code: '000000' }));
check('a wrong code of the app', misread.name === 'EnableSoftwareTokenMFAException');
await auth.verifyTOTPSetup({ code: totp(setup.sharedSecret) });
await auth.updateMFAPreference({ totp: 'PREFERRED' });
await auth.signOut();
const denied = await caught(auth.signIn({ username: 'alice', password: 'Wrong-horse-1' }));
check('a wrong password', denied.name === 'NotAuthorizedException');
const asked = await auth.signIn(alice);
check('asked for a code', asked.nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
const mismatch = await caught(auth.confirmSignIn({ challengeResponse: '000000' }));
check('a wrong code at the login', mismatch.name === 'CodeMismatchException');
check('login', (await auth.confirmSignIn({ challengeResponse: totp(setup.sharedSecret, 1) })).isSignedIn);

// Tokens and passwords.
const first = (await auth.fetchAuthSession()).tokens.accessToken.toString();
const second = (await auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString();
check('renewed', first !== second);
await auth.updatePassword({ oldPassword: alice.password, newPassword: 'Correct-horse-2' });
await auth.updateMFAPreference({ totp: 'DISABLED' });
await auth.signOut({ global: true });
check('nobody is logged in', (await caught(auth.getCurrentUser())) instanceof Error);
await auth.resetPassword({ username: 'alice' });
const newPassword = 'Correct-horse-3';
await auth.confirmResetPassword({ username: 'alice', confirmationCode: await code('forgot_password'), newPassword });
check('the new password', (await auth.signIn({ username: 'alice', password: newPassword })).isSignedIn);
await auth.deleteUser();
const gone = await caught(auth.signIn({ username: 'alice', password: newPassword }));
check('deleted', gone.name === 'UserNotFoundException');
finish();
