/** The name of the registry log of a channel; `firstBlockHash` is the header hash of block 0. */
export function originOf(channel: string, firstBlockHash: Uint8Array): string {
  return `registry.plinth/${channel}/${Buffer.from(firstBlockHash).toString('hex').slice(0, 16)}`;
}

/** The name of the log of an agency's access records. */
export function accessOriginOf(registryOrigin: string, agency: string): string {
  return `${registryOrigin}/access/${agency}`;
}

/** The name under which an agency cosigns, whichever log it is: one key has one name. */
export function cosignerNameOf(registryOrigin: string, agency: string): string {
  return `${registryOrigin}/${agency}`;
}
