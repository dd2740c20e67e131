// Jest's transform for TypeScript: Node's own type stripping, so tests run exactly what production runs.
import { stripTypeScriptTypes } from 'node:module';

export default { process: (/** @type {string} */ source) => ({ code: stripTypeScriptTypes(source) }) };
