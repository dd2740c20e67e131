/** The position before everything: whoever goes on from it hears all that was and all that comes. */
export const beginning = 'beginning';
