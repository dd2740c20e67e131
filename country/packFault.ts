/** A country pack that cannot be used; the message names the file and the field. */
export class PackFault extends Error {
  readonly code = 'ERR_COUNTRY_PACK';

  constructor(file: string, reason: string) {
    super(`ERR_COUNTRY_PACK: ${file}: ${reason}`);
    this.name = 'PackFault';
  }
}
