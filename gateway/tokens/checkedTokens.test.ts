import { describe, expect, it } from '@jest/globals';
import { rememberChecked } from './checkedTokens.ts';

/** A check that takes tokens of the form `name.expiry`, and counts how often it is made. */
function checking() {
  const clock = { seconds: 100 };
  const made: string[] = [];
  const check = rememberChecked(
    (token) => {
      made.push(token);
      const [name = '', expiry] = token.split('.');
      const exp = Number(expiry);
      return exp > clock.seconds ? Promise.resolve({ client_id: name, exp }) : Promise.reject(new Error('expired'));
    },
    () => clock.seconds * 1000,
  );
  return { check, made, clock };
}

describe('a token that held once', () => {
  it('is not checked again while it lives, and says the same', async () => {
    const { check, made } = checking();
    expect(await check('clinic.400')).toEqual({ client_id: 'clinic', exp: 400 });
    expect(await check('clinic.400')).toEqual({ client_id: 'clinic', exp: 400 });
    expect(made).toEqual(['clinic.400']);
  });

  it('holds no longer from the second in which it expires', async () => {
    const { check, clock } = checking();
    await check('clinic.400');
    clock.seconds = 400;
    await expect(check('clinic.400')).rejects.toThrow('expired');
  });

  it('says nothing of another token', async () => {
    const { check } = checking();
    await check('clinic.400');
    expect(await check('bank.400')).toMatchObject({ client_id: 'bank' });
    await expect(check('clinic.50')).rejects.toThrow('expired');
  });

  it('is forgotten before newer ones when there are too many', async () => {
    const { check, made } = checking();
    for (let n = 0; n <= 10_000; n += 1) await check(`party-${n}.400`);
    made.length = 0;
    await check('party-10000.400');
    await check('party-0.400');
    expect(made).toEqual(['party-0.400']);
  });
});

describe('a token that did not hold', () => {
  it('is checked each time', async () => {
    const { check, made } = checking();
    await expect(check('clinic.50')).rejects.toThrow();
    await expect(check('clinic.50')).rejects.toThrow();
    expect(made).toHaveLength(2);
  });
});
