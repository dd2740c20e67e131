#!/usr/bin/env node
// The way into `npx plinth`: the code is TypeScript, which Node reads by itself from version 24 on. Where the machine's
// own Node is older, the one that `npm ci` brought takes over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath, URL } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const broughtAlong = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

if (!isNewEnough && !existsSync(broughtAlong)) {
  console.error(
    `plinth needs Node 24 and found ${process.version}; run \`npm ci\`, which brings one along (Linux x64)`,
  );
  process.exit(1);
}
const node = isNewEnough ? process.execPath : broughtAlong;
// What Node has compiled is kept for the next command, which begins in two thirds of the time; not where other users can write.
const cache = fileURLToPath(new URL('../node_modules/.cache/plinth', import.meta.url));
const env = { NODE_COMPILE_CACHE: cache, ...process.env };
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => {
    // A terminal sends Ctrl-C to both; a second one would kill a command that is just ending in order.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128 + constants.signals[signal])));
