import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Compiles the ICU messages of a catalogue at build time: no parser is shipped. */
function catalogues(): Plugin {
  return {
    name: 'pathboard-catalogues',
    enforce: 'pre',
    load(id) {
      if (!/\/src\/i18n\/(pl|en)\.json$/.test(id)) return null;
      const source = JSON.parse(readFileSync(id, 'utf8')) as Record<string, string>;
      const compiled = Object.fromEntries(
        Object.entries(source).map(([key, message]) => [key, compileMessage(message)]),
      );
      return { code: JSON.stringify(compiled), map: null };
    },
  };
}

/** Lists what the service worker keeps, and compresses every text file once. */
function finish(): Plugin {
  let outDir = '';
  return {
    name: 'pathboard-finish',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      const files: string[] = [];
      const walk = (dir: string): void => {
        for (const name of readdirSync(dir)) {
          const path = join(dir, name);
          if (statSync(path).isDirectory()) walk(path);
          else if (!/\.(gz|br)$/.test(name)) files.push(path);
        }
      };
      walk(outDir);
      const shell = files
        .map((f) => '/' + f.slice(outDir.length + 1).replaceAll('\\', '/'))
        .filter((f) => f !== '/sw.js' && f !== '/.keep');
      const worker = join(outDir, 'sw.js');
      const code = readFileSync(worker, 'utf8').replace('self.__SHELL__', JSON.stringify(shell));
      writeFileSync(worker, code);
      for (const file of files) {
        if (!/\.(js|css|html|svg|json|webmanifest)$/.test(file)) continue;
        const data = readFileSync(file);
        writeFileSync(file + '.gz', gzipSync(data, { level: 9 }));
        writeFileSync(
          file + '.br',
          brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        );
      }
    },
  };
}

export default defineConfig({
  plugins: [catalogues(), svelte(), finish()],
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  build: {
    target: 'es2022',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8080', '/ws': { target: 'ws://127.0.0.1:8080', ws: true } },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
