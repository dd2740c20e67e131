import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

// The peer calls these three; without a fourth, `run`, it connects to the address it is given instead of starting anything.
const builderScripts = {
  detect: 'grep -q \'"type": *"ccaas"\' "$2/metadata.json"',
  build: [
    'label=$(sed -n \'s/.*"label": *"\\([A-Za-z0-9_]*\\)".*/\\1/p\' "$2/metadata.json")',
    'printf \'{"address":"%s","dial_timeout":"10s","tls_required":false}\' "$(cat "$PLINTH_CHAINCODES/$label")" > "$3/connection.json"',
  ].join('\n'),
  release: 'mkdir -p "$2/chaincode/server"\ncp "$1/connection.json" "$2/chaincode/server/"',
};

/** Writes the external builder that the peers use: it looks up where this agency runs a chaincode by the label of its package. */
export function writeBuilder(folder: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const [name, script] of Object.entries(builderScripts)) {
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\nset -eu\n${script}\n`);
    chmodSync(file, 0o755);
  }
}

async function tarOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  return buffer(tar);
}

/**
 * A package for a chaincode that runs as a service: the same bytes, and so the same package id, at every agency.
 * It carries no code, so the hash of the code stands in its label, which every agency approves.
 */
export async function chaincodePackage(name: string, codeHash: string): Promise<{ label: string; bytes: Buffer }> {
  const label = `${name}_${codeHash}`;
  const code = gzipSync(await tarOf({ 'code.json': Buffer.from(JSON.stringify({ sha256: codeHash })) }));
  const metadata = Buffer.from(JSON.stringify({ type: 'ccaas', label }));
  return { label, bytes: gzipSync(await tarOf({ 'metadata.json': metadata, 'code.tar.gz': code })) };
}
