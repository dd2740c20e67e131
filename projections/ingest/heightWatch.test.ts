import { describe, expect, it } from '@jest/globals';
import { HeightWatch } from './heightWatch.ts';

const hour = 3_600_000;
const patient = { within: hour, signal: new AbortController().signal };

describe('somebody who waits for something new', () => {
  it('is told as soon as the height is above the one seen, and at once where it is already', async () => {
    const heights = new HeightWatch();
    heights.rise(4);
    await heights.risen(3, patient);
    const waiting = heights.risen(4, patient);
    heights.rise(5);
    await waiting;
  });

  it('looks again after a while in any case', async () => {
    const heights = new HeightWatch();
    await heights.risen(4, { ...patient, within: 1 });
    expect(heights.height).toBe(0);
  });

  it('hears why it need not wait any longer', async () => {
    const heights = new HeightWatch();
    const stopping = new AbortController();
    const waiting = heights.risen(4, { within: hour, signal: stopping.signal });
    stopping.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(heights.risen(4, { within: hour, signal: stopping.signal })).rejects.toThrow('gone');
  });

  it('does not outlast the watch', async () => {
    const heights = new HeightWatch();
    const waiting = heights.risen(4, patient);
    heights.close();
    await expect(waiting).rejects.toThrow();
    await expect(heights.risen(4, patient)).rejects.toThrow();
  });
});
