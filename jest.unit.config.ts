import whole from './jest.config.json' with { type: 'json' }
import { unitTests } from './test/support/unit-tests.ts'

/** `npm run test:unit`: what needs no server, so none is kept for it. */
export default {
  ...whole,
  globalSetup: null,
  globalTeardown: null,
  testMatch: unitTests().map(path => `<rootDir>/${path}`),
  setupFilesAfterEnv: ['<rootDir>/test/support/unit-budget.ts']
}
