import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './runTool.ts';

const moduleFolder = import.meta.dirname;
const needed = { major: 1, minor: 26 };
const version = '-X github.com/hyperledger/fabric/common/metadata.Version=3.1.1';

/** Folder of Fabric's programs, built from `go.mod` the first time and kept for as long as `go.sum` stays the same. */
export async function fabricTools(report: (line: string) => void): Promise<string> {
  const sum = createHash('sha256')
    .update(readFileSync(join(moduleFolder, 'go.sum')))
    .digest('hex');
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plinth');
  const home = join(cache, `fabric-${sum.slice(0, 16)}`);
  if (existsSync(home)) return join(home, 'bin');

  await checkGo();
  const draft = join(cache, `fabric-building-${randomUUID()}`);
  mkdirSync(join(draft, 'bin'), { recursive: true });
  try {
    await build(join(draft, 'bin'), report);
    if (!existsSync(home)) renameSync(draft, home); // another build may have been faster
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return join(home, 'bin');
}

async function checkGo(): Promise<void> {
  const wanted = `ERR_NO_GO: Go ${needed.major}.${needed.minor} or newer is needed to build Fabric (https://go.dev/dl/)`;
  const found = await runTool('go', ['env', 'GOVERSION'], { cwd: moduleFolder }).catch((error: unknown) => {
    throw new Error(`${wanted}, and there is no working \`go\` here`, { cause: error });
  });
  if (!isNewEnough(found)) throw new Error(`${wanted}; this is ${found.trim()}`);
}

/** Whether this is the name of a Go release that can build Fabric (`go1.26.8`). */
export function isNewEnough(release: string): boolean {
  const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(release) ?? []).map(Number);
  return major > needed.major || (major === needed.major && minor >= needed.minor);
}

async function build(folder: string, report: (line: string) => void): Promise<void> {
  report("building Fabric's tools from the Go module proxy, once (about two minutes of processor time)");
  const begin = performance.now();
  let packages = 0;
  let told = begin;
  await runTool('go', ['install', '-v', '-buildvcs=false', '-ldflags', `-s -w ${version}`, 'tool'], {
    cwd: moduleFolder,
    env: { GOBIN: folder },
    onLine: () => {
      packages += 1;
      if (performance.now() - told < 5000) return;
      told = performance.now();
      report(`  ${packages} packages fetched or compiled, ${Math.round((told - begin) / 1000)} s`);
    },
  });
  report(`  built in ${Math.round((performance.now() - begin) / 1000)} s, kept for the next time`);
}
