/** A point of the registry's history, by what was known then and by when it held in the world. */
export type Point = {
  /** The last block whose facts were known; -1 before the first. */
  readonly known: number;
  /** The last block whose facts held: `known`, or the last one recorded by the end of the effective day. */
  readonly held: number;
  /** The effective day (UTC), where one is asked for: values that say since when they hold are judged by it. */
  readonly effective?: string;
};
