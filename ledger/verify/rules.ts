import { actsAt } from '#domain/agency/officer.ts';
import { Command, idOf, type LedgerEvent } from '#domain/envelope.ts';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { boundToAgency, permissions, type Permission } from '#domain/permissions.ts';
import { authorityHolds } from '#domain/seal/authority.ts';
import { takesAgreement } from '#domain/takesAgreement.ts';
import { isWellFormed } from '#domain/wellFormed.ts';
import type { Alarm } from './alarm.ts';
import { Offices } from './offices.ts';
import { isOrdered } from './orderedFact.ts';
import { Proposals, type Authored } from './proposals.ts';
import type { Given, TakenBlock, TakenEvent } from './taken.ts';

const permissionOf = new Map<string, Permission>(Object.entries(permissions));
const bounds = new Map(Object.entries(boundToAgency));

/**
 * Who had to order a fact and who had to agree to it, judged from the blocks alone. Enough agencies together can record what
 * nobody ordered: the ledger is good then, and everybody can name those who endorsed it.
 */
export class Rules {
  readonly #channel: string;
  readonly #offices = new Offices();
  readonly #proposals = new Proposals(this.#offices);
  /** Stream and id of every command that came to something. */
  readonly #done = new Set<string>();
  #isFounded = false;

  constructor(channel: string) {
    this.#channel = channel;
  }

  /** Takes a block's events. Answers which of them no honest agency would have endorsed. */
  take({ number, events, endorsersOf }: TakenBlock): readonly Alarm[] {
    const alarms: Alarm[] = [];
    for (const event of inOrderOfCommands(events)) {
      const authored = { event, by: authorOf(event), at: String(event.said['at']) };
      const fault = this.#findFault(authored);
      if (fault !== undefined) {
        const { stream, version, transaction } = event;
        const by = endorsersOf(transaction).join(', ');
        const what = `transaction ${transaction}, event ${version} of ${stream}: ${fault}; endorsed by ${by}`;
        alarms.push({ code: 'ERR_RULE_BROKEN', block: number, what });
      }
      this.#follow(authored);
    }
    return alarms;
  }

  #findFault(authored: Authored): string | undefined {
    const { event } = authored;
    if (this.#done.has(nameOf(event))) return 'its command had been carried out before';
    const faults = event.given.map(({ command }) => this.#faultOf(authored, command));
    return faults.includes(undefined) ? undefined : faults[0];
  }

  /** What is followed is what stands, broken rules included: honest agencies that build on it break none. */
  #follow(authored: Authored): void {
    const { event } = authored;
    this.#done.add(nameOf(event));
    this.#offices.take(event);
    this.#proposals.take(authored);
    if (event.stream === schemaStream) this.#isFounded = true;
  }

  #faultOf(authored: Authored, given: Given['command']): string | undefined {
    const command = readCommand(given);
    const permission = permissionOf.get(command?.type ?? '');
    if (command === undefined || permission === undefined) return 'its command is none';
    if (!isOrdered(authored.event.said, command)) return `${command.type} orders something else`;
    return (
      this.#authorFault(authored, command, permission) ??
      boundFault(command, authored.by.agency) ??
      this.#agreementFault(command, permission, authored.at) ??
      this.#proposals.findFault(authored)
    );
  }

  #authorFault(authored: Authored, command: Command, permission: Permission): string | undefined {
    const { agency, officer } = authored.by;
    if (!this.#offices.isAdmitted(agency) && command.type !== 'AdmitAgency')
      return `${agency} is no agency of the registry`;
    if (officer !== command.authority?.officer) return 'it names another officer than its command';
    if (officer !== undefined) return this.#officerFault(authored, command, permission);
    return permission.by === 'node' ? undefined : `no officer ordered ${command.type}`;
  }

  #officerFault({ by, at }: Authored, command: Command, permission: Permission): string | undefined {
    const officer = this.#offices.find(by.agency, by.officer);
    if (officer === undefined || !actsAt(officer, at)) return `its officer was none of ${by.agency} then`;
    if (permission.by === 'officer' && !officer.roles.includes(permission.role))
      return `${command.type} takes the role ${permission.role}, which its officer did not have`;
    return authorityHolds(this.#channel, command, officer.key) ? undefined : 'its officer did not sign its command';
  }

  #agreementFault(command: Command, permission: Permission, at: string): string | undefined {
    if (command.proposal !== undefined) return this.#proposals.findMissing(command.proposal, command, at);
    const isFounding = permission.by === 'node' && permission.agreement === 'once founded' && !this.#isFounded;
    const isAgreed = isFounding || !takesAgreement(command.type, command.sealed?.class);
    return isAgreed ? undefined : `${command.type} takes the word of a second agency`;
  }
}

function boundFault({ type, stream }: Command, agency: string): string | undefined {
  const bound = /^(agency|anchor)-/.test(stream) ? bounds.get(type) : undefined; // of proposals, those who made them are bound
  if (bound === undefined || (idOf(stream) === agency) === (bound === 'its own')) return undefined;
  return `${type} is not for ${agency} to give there`;
}

/** Undefined for what the contract would not have read. */
function readCommand(given: unknown): Command | undefined {
  const command = Command.safeParse(given).data;
  return command !== undefined && isWellFormed(command.data) ? command : undefined;
}

/** The agency is the creator's, which has been compared; an officer who is no text is nobody. */
function authorOf({ said }: TakenEvent): LedgerEvent['by'] {
  const { agency, officer } = (said['by'] ?? {}) as { readonly agency?: unknown; readonly officer?: unknown }; // any JSON
  return { agency: String(agency), ...(officer !== undefined && { officer: nobodyOr(officer) }) };
}

function nobodyOr(officer: unknown): string {
  return typeof officer === 'string' ? officer : '';
}

function nameOf({ stream, said }: TakenEvent): string {
  return `${stream} ${String(said['command'])}`;
}

/** As the contract decided them; in the log they stand by their keys. */
function inOrderOfCommands(events: readonly TakenEvent[]): readonly TakenEvent[] {
  const placeOf = ({ given }: TakenEvent): number => given[0]?.place ?? 0;
  return [...events].sort((a, b) => a.transaction - b.transaction || placeOf(a) - placeOf(b) || a.version - b.version);
}
