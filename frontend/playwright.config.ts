import { defineConfig } from '@playwright/test';

/**
 * Browser tests run against real server processes which each test starts for
 * itself, so nothing is shared and nothing is started here. The browser is the
 * system's Chromium.
 */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Bounds for what hangs, wide enough for a machine that does much else besides.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    locale: 'pl-PL',
    timezoneId: 'Europe/Warsaw',
    viewport: { width: 1366, height: 768 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
  },
  projects: [
    { name: 'e2e', testMatch: '**/*.spec.ts' },
    { name: 'engines', testMatch: '**/*.engines.ts' },
    {
      name: 'bench',
      testMatch: '**/*.bench.ts',
      timeout: 300_000,
      use: { trace: 'off' },
    },
    { name: 'skew', testMatch: '**/*.skew.ts' },
    { name: 'screenshots', testMatch: '**/*.shots.ts' },
  ],
});
