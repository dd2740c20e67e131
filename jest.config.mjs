/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/stripTypes.mjs' },
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.plinth/', '/.network/', '/bench/rivals/'],
  modulePathIgnorePatterns: ['/.plinth/', '/.network/'],
  coverageProvider: 'v8',
  testTimeout: 60000,
};
