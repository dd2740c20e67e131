import pg from 'pg';

// SQLSTATE classes that pass by themselves: connection, rolled back, resources, operator intervention, system.
const passing = new Set(['08', '40', '53', '57', '58']);
const broken = /^(Connection terminated|Client has encountered|timeout exceeded|Client was closed|Cannot use a pool)/;

/** Whether an error says that the database is away, rather than that something cannot be done. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) return passing.has((error.code ?? '').slice(0, 2));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^E[A-Z]+$/.test(code) || broken.test(error.message);
}
