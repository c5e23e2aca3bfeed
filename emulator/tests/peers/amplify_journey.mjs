// One user's life by aws-amplify v6, in Node and in a browser: registration with automatic login, SRP, an authenticator
// app, refresh, reset; then devices, and a login without a password.

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';

/** Of a pool for the first part. */
export const plain = { AutoVerifiedAttributes: ['email'] };

/** Of a pool for the second part. */
export const remembering = {
	DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
	Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
};

export const flows = ['USER_SRP', 'USER', 'REFRESH_TOKEN'].map((it) => `ALLOW_${it}_AUTH`);

const caught = (promise) => promise.catch((error) => error);

function configure(endpoint, { id, client }) {
	Amplify.configure({
		Auth: {
			Cognito: {
				userPoolId: id,
				userPoolClientId: client,
				userPoolEndpoint: endpoint,
				loginWith: { username: true },
			},
		},
	});
}

/** The first part. What it needs of the world is `check(name, good)`, `code(kind)` and `totp(secret, ahead)`. */
export async function live(endpoint, house, { check, code, totp }) {
	configure(endpoint, house);
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
	await auth.verifyTOTPSetup({ code: await totp(setup.sharedSecret) });
	await auth.updateMFAPreference({ totp: 'PREFERRED' });
	await auth.signOut();
	const denied = await caught(auth.signIn({ username: 'alice', password: 'Wrong-horse-1' }));
	check('a wrong password', denied.name === 'NotAuthorizedException');
	const asked = await auth.signIn(alice);
	check('asked for a code', asked.nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
	const mismatch = await caught(auth.confirmSignIn({ challengeResponse: '000000' }));
	check('a wrong code at the login', mismatch.name === 'CodeMismatchException');
	check('login', (await auth.confirmSignIn({ challengeResponse: await totp(setup.sharedSecret, 1) })).isSignedIn);

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
}

/** The second part. Bob is there, with the address `bob@example.com`. */
export async function remember(endpoint, house, { check, code, totp }) {
	configure(endpoint, house);
	const bob = { username: 'bob', password: 'Correct-horse-1' };

	// A device that is remembered stands for the second factor.
	check('bob', (await auth.signIn(bob)).isSignedIn);
	const setup = await auth.setUpTOTP();
	await auth.verifyTOTPSetup({ code: await totp(setup.sharedSecret) });
	await auth.updateMFAPreference({ totp: 'PREFERRED' });
	await auth.rememberDevice();
	check('one device', (await auth.fetchDevices()).length === 1);
	await auth.signOut();
	check('known by the device', (await auth.signIn(bob)).isSignedIn);
	await auth.forgetDevice();
	check('no device', (await auth.fetchDevices()).length === 0);
	await auth.signOut();
	const asked = await auth.signIn(bob);
	check('not known any more', asked.nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
	check('by the app', (await auth.confirmSignIn({ challengeResponse: await totp(setup.sharedSecret, 1) })).isSignedIn);

	// Without a password.
	await auth.updateMFAPreference({ totp: 'DISABLED' });
	await auth.signOut();
	const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' };
	const sent = await auth.signIn({ username: 'bob', options });
	check('a code was sent', sent.nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
	const mismatch = await caught(auth.confirmSignIn({ challengeResponse: '00000000' }));
	check('a wrong code without a password', mismatch.name === 'CodeMismatchException');
	check('by the code', (await auth.confirmSignIn({ challengeResponse: await code('otp') })).isSignedIn);
	await auth.signOut();
}
