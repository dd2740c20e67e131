/** How often an agency anchors, in seconds. */
export type AnchorPace = {
  /** At most this often while there is something new. */
  readonly every: number;
  /** Also when nothing is new, so that a silent agency can be told from a quiet registry. */
  readonly heartbeat: number;
  /** Further patience with those who usually go first, so that not all begin at once. */
  readonly patience: number;
};

/** What an agency knows when it asks itself whether to anchor. Times in seconds. */
export type AnchorSituation = {
  /** Size and time of its newest anchor; before the first one, the time since which it would be due. */
  readonly own: { readonly size: number; readonly time: number };
  /** Largest size that another agency has anchored and that its own tree confirms; 0 without one. */
  readonly confirmed: number;
  /** Leaves at the end of the newest block. */
  readonly end: number;
  /** Whether other leaves than anchors have come since its own anchor. */
  readonly hasNews: boolean;
  readonly now: number;
};

/** The size to anchor now; undefined while there is nothing to say. Where others have anchored, it joins them. */
export function dueAnchor(
  { own, confirmed, end, hasNews, now }: AnchorSituation,
  { every, heartbeat, patience }: AnchorPace,
): number | undefined {
  if (confirmed > own.size) return confirmed;
  if (end === 0) return undefined;
  const age = now - own.time;
  const isDue = (hasNews && age >= every + patience) || age >= heartbeat + patience;
  return isDue ? end : undefined;
}
