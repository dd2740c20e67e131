import { join } from 'node:path';
import { goTools } from '../goTools.ts';
import { runTool } from '../runTool.ts';

/** The server of Fabric CA, built the first time. It keeps its identities in SQLite, which is written in C. */
export async function authorityProgram(report: (line: string) => void): Promise<string> {
  const authority = {
    name: 'fabric-ca',
    folder: import.meta.dirname,
    notice: 'building Fabric CA from the Go module proxy, once (about a minute of processor time)',
    args: ['-ldflags', '-s -w'],
    env: { CGO_ENABLED: '1' },
  };
  try {
    return join(await goTools(authority, report), 'fabric-ca-server');
  } catch (cause) {
    if (await hasCompiler()) throw cause;
    throw new Error('ERR_NO_C_COMPILER: a C compiler (gcc or clang) is needed to build Fabric CA', { cause });
  }
}

async function hasCompiler(): Promise<boolean> {
  const compiler = (await runTool('go', ['env', 'CC'])).trim();
  return runTool(compiler, ['--version']).then(
    () => true,
    () => false,
  );
}
