import { followFile } from '#cli/audit/followFile.ts';
import { Monitor } from '#ledger/verify/monitor.ts';

// What `plinth audit follow` does with a file, telling whoever started it how many blocks are verified.
const [file = ''] = process.argv.slice(2);
const monitor = new Monitor({ trust: {}, patience: { blocks: Infinity, milliseconds: Infinity } });
for await (const bytes of followFile(file, new AbortController().signal)) {
  const [alarm] = monitor.take('the file', bytes);
  if (alarm !== undefined) throw new Error(`an honest ledger was refused: ${alarm.code}: ${alarm.what}`);
  process.send?.(monitor.height);
}
