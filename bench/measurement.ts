/** One figure. `baseline` is the rival's figure of the same run, `ratio` ours over the rival's. */
export type Result = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly ratio?: number;
  readonly note?: string;
};

/** Says what is being done, one line at a time. */
export type Report = (line: string) => void;

/**
 * Something that is set up once and gives one or more figures, each as soon as it has it. It throws rather than give a figure
 * it did not measure; those it gave before stand.
 */
export type Measurement = {
  /** What `--only` chooses by. */
  readonly part: string;
  readonly names: readonly string[];
  readonly run: (report: Report) => AsyncIterable<Result>;
};
