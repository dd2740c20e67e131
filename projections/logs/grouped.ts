import { setImmediate as turn } from 'node:timers/promises';

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly answered: (answer: Answer) => void;
  readonly failed: (cause: unknown) => void;
};

/**
 * Does one piece of work for many: what comes while a group is being worked on waits, and goes together next. `work` answers
 * in the order of the items; when it fails, it fails for each of them.
 */
export function grouped<Item, Answer>(
  work: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let working = false;
  const workAll = async (): Promise<void> => {
    working = true;
    await turn(); // whatever the same turn of the event loop brings goes with the first
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await work(group.map(({ item }) => item)).then(
        (answers) => settle(group, answers),
        (cause: unknown) => group.forEach(({ failed }) => failed(cause)),
      );
    }
    working = false;
  };
  return (item) =>
    new Promise((answered, failed) => {
      waiting.push({ item, answered, failed });
      if (!working) void workAll();
    });
}

function settle<Item, Answer>(group: readonly Waiting<Item, Answer>[], answers: readonly Answer[]): void {
  for (const [index, answer] of answers.entries()) group[index]?.answered(answer);
}
