import type { AgencyStatus, NetworkStatus } from './status.ts';

const soon = 60; // days

/** The status of a network as a page to read: a table of what runs, and below it what there is to do about it. */
export function statusPage({ agencies, endorsement, agreed, sources }: NetworkStatus): string {
  const tip = Math.max(0, ...agencies.flatMap(({ orderer, peer }) => [orderer?.height ?? 0, peer?.height ?? 0]));
  const rows = agencies.map((agency) => [
    agency.agency,
    cell(agency.orderer, tip),
    cell(agency.peer, tip),
    agency.chaincode === undefined ? '-' : `${upOrDown(agency.chaincode)} ${agency.chaincode.address}`,
    agency.node === undefined ? '-' : `process ${agency.node}`,
    certificateCell(agency.certificate),
  ]);
  const table = tableOf([['agency', 'orderer', 'peer', 'chaincode', 'node', 'certificates'], ...rows]);
  return [table, '', `height      ${tip} blocks`, ...agreementLines({ endorsement, agreed, sources })].join('\n');
}

type Node = NonNullable<AgencyStatus['peer']>;

const upOrDown = ({ running }: Node) => (running ? 'up' : 'DOWN');

function cell(node: Node | undefined, tip: number): string {
  if (node === undefined) return '-';
  const behind = node.height === undefined ? '' : lag(tip - node.height);
  return `${upOrDown(node)} ${node.address}${behind}`;
}

const lag = (blocks: number) => (blocks <= 0 ? '' : ` ${blocks} BEHIND`);

function certificateCell(certificate: AgencyStatus['certificate']): string {
  if (certificate === undefined) return '-';
  const { days, of } = certificate;
  if (days < 0) return `EXPIRED: ${of}`;
  return days < soon ? `RENEW: ${days} days (${of})` : `${days} days`;
}

type Agreement = { readonly [key in 'endorsement' | 'agreed' | 'sources']: NetworkStatus[key] };

function agreementLines({ endorsement, agreed, sources }: Agreement): readonly string[] {
  const { required, agencies } = endorsement;
  const rule = `endorsed by ${required} of ${agencies.join(', ')}`;
  if (agreed === undefined) return [rule, 'chaincode   no peer says which one was agreed on'];
  const approvers = Object.entries(agreed.approvals).flatMap(([agency, approved]) => (approved ? [agency] : []));
  const here = agreed.version === sources ? 'as the sources here' : `the sources here are ${short(sources)}: upgrade`;
  return [
    rule,
    `chaincode   ${short(agreed.version)}, ${here}`,
    `agreed by   ${approvers.join(', ')} (definition ${agreed.sequence})`,
  ];
}

const short = (hash: string) => hash.slice(0, 16);

function tableOf(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) => row.map((text, column) => text.padEnd(columns[column] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
