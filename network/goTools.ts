import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './runTool.ts';

/** A Go module whose `tool` lines name programs to build. */
export type GoModule = {
  /** Begins the name of the folder that keeps them. */
  readonly name: string;
  /** Folder of its `go.mod`. */
  readonly folder: string;
  /** What the reader is told before it is built. */
  readonly notice: string;
  /** Further arguments of `go install`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

const needed = { major: 1, minor: 26 };

/** Folder of the module's programs, built the first time and kept for as long as its `go.sum` stays the same. */
export async function goTools(module: GoModule, report: (line: string) => void): Promise<string> {
  const sum = createHash('sha256')
    .update(readFileSync(join(module.folder, 'go.sum')))
    .digest('hex');
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plinth');
  const home = join(cache, `${module.name}-${sum.slice(0, 16)}`);
  if (existsSync(home)) return join(home, 'bin');

  await checkGo(module.folder);
  const draft = join(cache, `${module.name}-building-${randomUUID()}`);
  mkdirSync(join(draft, 'bin'), { recursive: true });
  try {
    await build(module, join(draft, 'bin'), report);
    renameSync(draft, home);
  } catch (error) {
    if (!existsSync(home)) throw error; // another build was faster
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return join(home, 'bin');
}

async function checkGo(folder: string): Promise<void> {
  const wanted = `ERR_NO_GO: Go ${needed.major}.${needed.minor} or newer is needed to build Fabric (https://go.dev/dl/)`;
  const found = await runTool('go', ['env', 'GOVERSION'], { cwd: folder }).catch((error: unknown) => {
    throw new Error(`${wanted}, and there is no working \`go\` here`, { cause: error });
  });
  if (!isNewEnough(found)) throw new Error(`${wanted}; this is ${found.trim()}`);
}

/** Whether this is the name of a Go release that can build Fabric (`go1.26.8`). */
export function isNewEnough(release: string): boolean {
  const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(release) ?? []).map(Number);
  return major > needed.major || (major === needed.major && minor >= needed.minor);
}

async function build(module: GoModule, bin: string, report: (line: string) => void): Promise<void> {
  report(module.notice);
  const begin = performance.now();
  let packages = 0;
  let told = begin;
  await runTool('go', ['install', '-v', '-buildvcs=false', ...module.args, 'tool'], {
    cwd: module.folder,
    env: { ...module.env, GOBIN: bin },
    onLine: () => {
      packages += 1;
      if (performance.now() - told < 5000) return;
      told = performance.now();
      report(`  ${packages} packages fetched or compiled, ${Math.round((told - begin) / 1000)} s`);
    },
  });
  report(`  built in ${Math.round((performance.now() - begin) / 1000)} s, kept for the next time`);
}
