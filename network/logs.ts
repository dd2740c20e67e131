import { getDescription } from './description.ts';
import { tailOf } from './processes.ts';

/** Which logs: of one agency or all, of one component (`orderer`, `peer`, or a chaincode's name) or all. */
type Selection = {
  readonly agency?: string | undefined;
  readonly component?: string | undefined;
  readonly lines?: number;
};

/** The log of one process of the network. */
export type NodeLog = {
  readonly agency: string;
  readonly component: string;
  readonly file: string;
  /** The end of it. */
  readonly text: string;
};

/** The ends of the logs that are there. */
export function networkLogs(directory: string, selection: Selection = {}): readonly NodeLog[] {
  const { agency, component, lines = 20 } = selection;
  const logs = getDescription(directory).agencies.flatMap(({ name, orderer, peer, chaincodes }) => [
    { agency: name, component: 'orderer', file: orderer?.process?.log },
    { agency: name, component: 'peer', file: peer?.process?.log },
    ...Object.entries(chaincodes).map(([each, { process }]) => ({ agency: name, component: each, file: process?.log })),
  ]);
  return logs
    .filter((log) => (agency ?? log.agency) === log.agency && (component ?? log.component) === log.component)
    .flatMap(({ file, ...log }) => (file === undefined ? [] : [{ ...log, file, text: tailOf(file, lines) }]));
}
