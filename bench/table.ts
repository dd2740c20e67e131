import { marks, reaches, type Mark } from './marks.ts';
import type { Result } from './measurement.ts';

/** The results as a table to read. */
export function tableOf(results: readonly Result[]): string {
  const head = ['', 'value', 'rival', 'ratio', 'first mark', ''];
  const rows = [head, ...results.map(rowOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => aligned(cell, column, widths[column] ?? 0)).join('  '));
  const notes = results.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`]));
  return [...lines.map((line) => line.trimEnd()), '', ...notes].join('\n');
}

function rowOf(result: Result): readonly string[] {
  const { name, value, unit, baseline, ratio } = result;
  const mark = marks[name];
  const verdict = { true: 'reached', false: 'NOT REACHED', undefined: '' }[`${reaches(result, mark)}`];
  return [name, `${value} ${unit}`, cell(baseline), cell(ratio), textOf(mark), verdict];
}

function aligned(text: string, column: number, width: number): string {
  return column === 0 || column > 3 ? text.padEnd(width) : text.padStart(width);
}

function cell(figure: number | undefined): string {
  return figure === undefined ? '-' : String(figure);
}

function textOf(mark: Mark | undefined): string {
  if (mark === undefined) return 'report';
  const bound = mark.atLeast === undefined ? `≤ ${mark.atMost ?? ''}` : `≥ ${mark.atLeast}`;
  return mark.of === 'ratio' ? `ratio ${bound}` : bound;
}
