import type { AnchorTree } from './commands.ts';

export type TreeAnchored = { readonly type: 'TreeAnchored'; readonly data: AnchorTree['data'] };
export type AnchorEvent = TreeAnchored;
