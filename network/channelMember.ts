import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { organization } from './channelConfig.ts';
import type { Place } from './deploy.ts';
import type { AgencyDescription } from './description.ts';
import { runTool } from './runTool.ts';

/** An agency as the channel's configuration has it: its certificate roots and policies, and where its orderer is found. */
export async function channelMember({ bin, directory }: Place, agency: AgencyDescription): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-member-'));
  try {
    const document = stringify({ Organizations: [organization(directory, agency)] });
    writeFileSync(join(folder, 'configtx.yaml'), document);
    const printed = await runTool(join(bin, 'configtxgen'), ['-printOrg', agency.name, '-configPath', folder]);
    return JSON.parse(printed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
