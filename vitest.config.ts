import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'properties/**/*.test.ts', 'bench/*.test.ts'],
    globalSetup: 'tests/setup.ts',
    testTimeout: 60_000,
    // Every core, and every module loaded once in each worker: the tests share no state.
    maxWorkers: '100%',
    isolate: false,
    // V8 waits longer until it optimises a function: most searches here are over before what is generated for them was
    // worth it. Later versions of Node refuse the option.
    execArgv: process.versions.node.startsWith('20.') ? ['--interrupt-budget=400000'] : [],
  },
})
