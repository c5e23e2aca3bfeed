// One user's life by amazon-cognito-identity-js: registration, a remembered device, reset, deletion.
//
// EMULATOR_ENDPOINT says where the emulator is.

import { AuthenticationDetails, CognitoRefreshToken, CognitoUserAttribute } from 'amazon-cognito-identity-js';
import { House, called, check, code, finish, step } from './harness.mjs';

const house = await House.create({
	AutoVerifiedAttributes: ['email'],
	DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
});
const failure = (outcome, name) => outcome[0] === 'onFailure' && outcome[1].code === name;

// Registration.
const email = new CognitoUserAttribute({ Name: 'email', Value: 'alice@example.com' });
const [weak] = await called(house.pool, 'signUp', 'alice', 'shorter', [email], []);
check('a weak password', weak?.code === 'InvalidPasswordException');
const [refusal, registered] = await called(house.pool, 'signUp', 'alice', 'Correct-horse-1', [email], []);
check('register', !refusal && registered.userConfirmed === false);
const [taken] = await called(house.pool, 'signUp', 'alice', 'Correct-horse-1', [email], []);
check('taken', taken?.code === 'UsernameExistsException');
check('not confirmed', (await house.logIn('alice', 'Correct-horse-1'))[2].code === 'UserNotConfirmedException');
let user = house.user('alice');
const [wrong] = await called(user, 'confirmRegistration', 'abcdef', true);
check('a wrong code', wrong?.code === 'CodeMismatchException');
await called(user, 'resendConfirmationCode');
const [unconfirmed] = await called(user, 'confirmRegistration', await code('sign_up'), true);
check('a right code', !unconfirmed);

// A remembered device.
let outcome;
[user, ...outcome] = await house.logIn('alice', 'Correct-horse-1');
check('first login', outcome[0] === 'onSuccess');
const remembered = await step((callbacks) => user.setDeviceStatusRemembered(callbacks));
check('remembered', remembered[0] === 'onSuccess');
const key = user.deviceKey;
[user, ...outcome] = await house.logIn('alice', 'Correct-horse-1');
check('login by the device', outcome[0] === 'onSuccess' && user.deviceKey === key);
check('its key is in the token', outcome[1].getAccessToken().payload.device_key === key);
const [, devices] = await step((callbacks) => user.listDevices(10, null, callbacks));
check('one device', devices.Devices?.length === 1 && devices.Devices[0].DeviceKey === key);
const token = new CognitoRefreshToken({ RefreshToken: outcome[1].getRefreshToken().getToken() });
const [notRefreshed, session] = await called(user, 'refreshSession', token);
check('refresh names the device', !notRefreshed && session.isValid());
const stolen = house.storage.getItem(`CognitoIdentityServiceProvider.${house.client}.alice.randomPasswordKey`);
house.storage.setItem(`CognitoIdentityServiceProvider.${house.client}.alice.randomPasswordKey`, 'wrong');
check('a wrong device', failure((await house.logIn('alice', 'Correct-horse-1')).slice(1), 'NotAuthorizedException'));
house.storage.setItem(`CognitoIdentityServiceProvider.${house.client}.alice.randomPasswordKey`, stolen);
check('the right one again', (await house.logIn('alice', 'Correct-horse-1'))[1] === 'onSuccess');
const forgotten = await step((callbacks) => user.forgetDevice(callbacks));
check('forgotten', forgotten[0] === 'onSuccess');
house.storage.setItem(`CognitoIdentityServiceProvider.${house.client}.alice.deviceKey`, key);
house.storage.setItem(`CognitoIdentityServiceProvider.${house.client}.alice.deviceGroupKey`, 'group');
house.storage.setItem(`CognitoIdentityServiceProvider.${house.client}.alice.randomPasswordKey`, stolen);
[user, ...outcome] = await house.logIn('alice', 'Correct-horse-1');
check('a forgotten key is dropped', failure(outcome, 'ResourceNotFoundException') || outcome[0] === 'onSuccess');
house.storage.clear();

// Attributes and passwords.
[user, ...outcome] = await house.logIn('alice', 'Correct-horse-1');
check('login anew', outcome[0] === 'onSuccess');
const moved = new CognitoUserAttribute({ Name: 'email', Value: 'alicia@example.com' });
const [notMoved] = await called(user, 'updateAttributes', [moved]);
check('update', !notMoved);
const verified = await step(async (callbacks) => user.verifyAttribute('email', await code('attribute'), callbacks));
check('verify', verified[0] === 'onSuccess');
const [notChanged] = await called(user, 'changePassword', 'Correct-horse-1', 'Correct-horse-2');
check('change', !notChanged);
const asked = await step((callbacks) => user.forgotPassword(callbacks));
check('forgot', asked[0] === 'onSuccess');
const bad = await step((callbacks) => user.confirmPassword('abcdef', 'Correct-horse-3', callbacks));
check('a wrong code', failure(bad, 'CodeMismatchException'));
const reset = await step(async (callbacks) =>
	user.confirmPassword(await code('forgot_password'), 'Correct-horse-3', callbacks),
);
check('reset', reset[0] === 'onSuccess');

// The end.
[user, ...outcome] = await house.logIn('alice', 'Correct-horse-3');
check('the new password', outcome[0] === 'onSuccess');
const custom = house.user('alice');
custom.setAuthenticationFlowType('CUSTOM_AUTH');
const details = new AuthenticationDetails({ Username: 'alice', Password: 'Correct-horse-3' });
const questions = await step((callbacks) => custom.authenticateUser(details, callbacks));
check('a pool without questions says so', failure(questions, 'InvalidParameterException'));
const [notRevoked] = await called(user, 'revokeTokens');
check('revoke', !notRevoked);
[user, ...outcome] = await house.logIn('alice', 'Correct-horse-3');
const [notDeleted] = await called(user, 'deleteUser');
check('delete', !notDeleted);
check('gone', (await house.logIn('alice', 'Correct-horse-3'))[2].code === 'UserNotFoundException');

finish();
