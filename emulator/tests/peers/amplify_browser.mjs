// The same life in Chromium, on a page of another origin: what CORS lets through, and the browser's own storage.
//
// EMULATOR_ENDPOINT says where the emulator is, CHROMIUM where the browser is.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { flows, plain, remembering } from './amplify_journey.mjs';
import { House, check, code, endpoint, finish, totp } from './harness.mjs';

const PATIENCE = 120_000;

const bundle = await build({
	entryPoints: [fileURLToPath(new URL('amplify_page.mjs', import.meta.url))],
	bundle: true,
	format: 'esm',
	write: false,
});
const houses = [];
for (const settings of [plain, remembering]) houses.push(await House.create(settings, { ExplicitAuthFlows: flows }));
await houses[1].addUser('bob', 'Correct-horse-1', true, 'bob@example.com');

let end;
const ended = new Promise((resolve) => {
	end = resolve;
});
const answers = {
	'/start': (origin) => {
		check('another origin', new URL(origin).origin !== new URL(endpoint).origin);
		return { endpoint, houses: houses.map(({ id, client }) => ({ id, client })) };
	},
	'/code': code,
	'/totp': ([secret, ahead]) => totp(secret, ahead),
	'/end': (checks) => end(checks),
};
const server = createServer(async (request, response) => {
	if (request.method === 'POST') {
		let body = '';
		for await (const part of request) body += part;
		const answer = await answers[request.url](JSON.parse(body));
		response.setHeader('content-type', 'application/json').end(JSON.stringify(answer ?? null));
	} else if (request.url === '/page.js') {
		response.setHeader('content-type', 'text/javascript').end(bundle.outputFiles[0].text);
	} else {
		response.setHeader('content-type', 'text/html').end('<!doctype html><script type="module" src="/page.js"></script>');
	}
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const profile = mkdtempSync(join(tmpdir(), 'amplify-browser-'));
const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
const page = `http://localhost:${server.address().port}/`;
const browser = spawn(process.env.CHROMIUM ?? 'chromium', [...flags, page], { stdio: 'ignore' });
const stopped = new Promise((resolve) => browser.on('exit', () => resolve([['the browser stays', false]])));
const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, [['in time', false]]).unref());
const checks = await Promise.race([ended, stopped, late]);
browser.kill();
await stopped;
try {
	rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
} catch (error) {
	console.error(error.message); // a process of the browser still writes: the system's own cleaning takes it
}
for (const [name, good] of checks) check(name, good);
finish();
