import { vi } from 'vitest';

/**
 * Runs before each file of the projects `unit` and `routes`, which hash thousands of passwords: a real hash takes 60 ms.
 * The hashes still depend on password, salt and length. `auth/password.thorough.test.ts` and the tests on a stack use the real
 * cost.
 */
vi.mock(import('node:crypto'), async (original) => {
  const real = await original();
  const argon2: typeof real.argon2 = (algorithm, parameters, callback) =>
    real.argon2(algorithm, { ...parameters, memory: 8 * parameters.parallelism, passes: 1 }, callback);
  return { ...real, argon2 };
});
