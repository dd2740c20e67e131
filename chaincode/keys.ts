const separator = '\u0000'; // Fabric keys are UTF-8; no stream, kind or digest holds a NUL, so keys cannot run into each other

/** Key of a stream's head: version, hash, folded state. */
export function headKey(stream: string): string {
  return `head${separator}${stream}`;
}

/** Key of one event, written once. Versions sort as text. */
export function eventKey(stream: string, version: number): string {
  return `event${separator}${stream}${separator}${padded(version)}`;
}

/** Key that only one stream may hold; `hash` is a keyed HMAC, never the value. The 1 is the version of the registry key. */
export function uniqueKey(kind: string, hash: string): string {
  return `unique${separator}${kind}${separator}1${separator}${hash}`;
}

/** Key that says which command carried out a proposal, written once. */
export function spentKey(proposal: string): string {
  return `spent${separator}${proposal}`;
}

/** Key of an event's sealed values in the private collection of their class. */
export function sealedKey(stream: string, version: number): string {
  return `sealed${separator}${stream}${separator}${padded(version)}`;
}

function padded(version: number): string {
  return String(version).padStart(12, '0');
}
