import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

// fabric-shim and its relatives install listeners that swallow what nobody caught. These are real processes and real
// jest runs with all of it loaded and constructed, each with one fault that nobody catches.
const root = fileURLToPath(new URL('..', import.meta.url));
const shim = join(root, 'chaincode', 'shim.ts');
const loadShim = `
  const { chaincodeOf, Contract, ChaincodeStub, Shim } = await import(${JSON.stringify(shim)});
  chaincodeOf(new (class Empty extends Contract { constructor() { super('empty'); } async nothing() {} })());
  if (!ChaincodeStub || !Shim) throw new Error('fabric-shim is not loaded');
`;
const faults = {
  'an uncaught throw': `setTimeout(() => { throw new Error('uncaught on purpose'); }, 5);`,
  'an unhandled rejection': `setTimeout(() => { Promise.reject(new Error('uncaught on purpose')); }, 5);`,
};
const faultsByName = Object.entries(faults);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-uncaught-'));
  const config = {
    rootDir: folder,
    testMatch: ['**/*.fixture.mjs'],
    testEnvironment: 'node',
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': join(root, 'test', 'stripTypes.mjs') },
  };
  await writeFile(join(folder, 'jest.config.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));

type Ended = { readonly code: number | null; readonly output: string };

function run(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => void (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function runScript(body: string, load = loadShim): Promise<Ended> {
  const script = join(folder, 'script.mjs');
  // Without the fault it would live on for a second and then end well.
  await writeFile(script, `${load}\nsetTimeout(() => console.log('went on'), 1000);\n${body}\n`);
  return run([script]);
}

async function runJest(body: string): Promise<Ended> {
  const fixture = join(folder, 'one.fixture.mjs');
  const text = `test('a test that would pass', async () => {${loadShim}\n${body}\nawait new Promise((go) => setTimeout(go, 200)); });`;
  await writeFile(fixture, text);
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  return run(['--experimental-vm-modules', jest, '--config', join(folder, 'jest.config.json')]);
}

describe('a process with fabric-shim in it', () => {
  it.each(faultsByName)('ends with a failure on %s', async (_name, fault) => {
    const { code, output } = await runScript(fault);
    expect(output).toContain('uncaught on purpose');
    expect(output).not.toContain('went on');
    expect(code).toBe(1);
  });

  it('ends well without a fault', async () => {
    expect(await runScript('')).toMatchObject({ code: 0, output: expect.stringContaining('went on') as unknown });
  });
});

describe('fabric-shim loaded without care', () => {
  it('would let a process go on after an uncaught throw, which is why chaincode/shim.ts exists', async () => {
    const manifest = join(root, 'package.json');
    const load = `(await import('node:module')).createRequire(${JSON.stringify(manifest)})('fabric-shim');`;
    expect(await runScript(faults['an uncaught throw'], load)).toMatchObject({ code: 0 });
  });
});

describe('a jest run with fabric-shim in it', () => {
  it.each(faultsByName)('fails on %s', async (_name, fault) => {
    const { code, output } = await runJest(fault);
    expect(output).toContain('uncaught on purpose');
    expect(code).toBe(1);
  });

  it('passes without a fault', async () => {
    expect(await runJest('')).toMatchObject({ code: 0, output: expect.stringContaining('1 passed') as unknown });
  });
});
