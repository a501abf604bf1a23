import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { iconPng } from './icons';

/** What joining and the board show at first; other views bring their texts with them. */
const shellSources = ['src/app', 'src/a11y', 'src/ui', 'src/views/home', 'src/views/join'];
const boardSources = 'src/views/board';
/** What a board shows without being asked; it comes a moment later, but its texts do not. */
const unasked =
  /views.board.(Banner|Links|People|lines|following|panels.(Bell|CardImage|news|pictures))\./;

/** The files of a folder; `deep` also those in folders under it. */
function sourcesIn(folder: string, deep: boolean): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return deep ? sourcesIn(path, deep) : [];
    return /\.(ts|svelte)$/.test(entry.name) ? [path] : [];
  });
}

/** Tells the keys that the first screens name, whole or by their beginning. */
function inShell(): (key: string) => boolean {
  const files = [
    ...shellSources.flatMap((folder) => sourcesIn(folder, true)),
    ...sourcesIn(boardSources, true),
  ].filter(
    (path) =>
      first(`/${path}`) || unasked.test(path) || /views.(home|join)|App\.svelte$/.test(path),
  );
  const whole = new Set<string>();
  const begun = new Set<string>();
  for (const file of files) {
    const code = readFileSync(file, 'utf8');
    for (const [, key] of code.matchAll(/['"`]([\w.-]+)['"`]/g)) whole.add(key ?? '');
    for (const [, start] of code.matchAll(/`([\w-]+(?:\.[\w-]+)*\.)\$\{/g)) begun.add(start ?? '');
  }
  return (key) => whole.has(key) || [...begun].some((start) => key.startsWith(start));
}

/**
 * Compiles the ICU messages of a catalogue at build time: no parser is shipped.
 * With `?shell` or `?rest` it gives the part that the first screens need, or
 * the other one.
 */
function catalogues(): Plugin {
  return {
    name: 'pathboard-catalogues',
    enforce: 'pre',
    load(id) {
      const part = /\/src\/i18n\/(?:pl|en)\.json(\?shell|\?rest)?$/.exec(id);
      if (!part) return null;
      const shell = inShell();
      const wanted = (key: string): boolean => !part[1] || (part[1] === '?shell') === shell(key);
      const path = id.replace(/\?.*$/, '');
      const source = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
      const compiled = Object.fromEntries(
        Object.entries(source)
          .filter(([key]) => wanted(key))
          .map(([key, message]) => [key, compileMessage(message)]),
      );
      const json = JSON.stringify(compiled);
      return part[1]
        ? { code: `export default ${json}`, moduleType: 'js', map: null }
        : { code: json, map: null };
    },
  };
}

const iconFile = /\/@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/;
const drawn = '\0pathboard-icon:';
const pencil = '\0pathboard-icon';

/**
 * Makes each lucide icon a plain picture that is copied where it is shown. The
 * package builds its icons from data while the page runs, which costs script
 * and, on a board with hundreds of cards, time. Size and stroke are read once:
 * an icon does not change them while it is shown.
 */
function icons(): Plugin {
  return {
    name: 'pathboard-icons',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (source === pencil) return pencil;
      if (!/\.svelte$/.test(source) || !importer?.includes('/@lucide/svelte/')) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found && iconFile.test(found.id) ? `${drawn}${found.id}.js` : found;
    },
    load(id) {
      if (id === pencil) return pencilCode;
      if (!id.startsWith(drawn)) return null;
      const file = id.slice(drawn.length, -'.js'.length);
      const data = /const iconData = (\{.*\});/.exec(readFileSync(file, 'utf8'))?.[1];
      if (!data) throw new Error(`${file}: not an icon as this build knows them`);
      const { node } = JSON.parse(data) as { node: [string, Record<string, string>][] };
      const shapes = node.map(([tag, attributes]) => {
        const written = Object.entries(attributes).filter(([name]) => name !== 'key');
        return `<${tag} ${written.map(([name, value]) => `${name}="${value}"`).join(' ')}></${tag}>`;
      });
      return `import icon from '${pencil}';\nexport default /* @__PURE__ */ icon(${JSON.stringify(shapes.join(''))});`;
    },
  };
}

/** What a compiled component without anything reactive does. */
const pencilCode = `
import { append, from_svg } from 'svelte/internal/client';
const frame = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"';
export default (shapes) => {
  const copy = from_svg('<svg ' + frame + '>' + shapes + '</svg>');
  return (anchor, { size = 24, strokeWidth = 2 }) => {
    const svg = copy();
    svg.setAttribute('width', size);
    svg.setAttribute('height', size);
    svg.setAttribute('stroke-width', strokeWidth);
    append(anchor, svg);
  };
};`;

/**
 * Whether a module is part of what joining and the board need at first. It all
 * goes into one file, for many small ones compress worse and take longer.
 */
function first(id: string): boolean {
  const path = id.replace(/\?.*$/, '');
  const packages = /\/node_modules\/(yjs|lib0|y-protocols|@hocuspocus)\//;
  if (packages.test(path)) return !path.includes('/lib0/hash/');
  return [
    /\/src\/core\/(api|attempts|binding|clock|cursor|day|filter|held|ids|index|links|model|order|quietlog|session|surroundings|text)\.ts$/,
    /\/src\/core\/board\/(commands|schema|seed|store|undo)\.ts$/,
    /\/src\/core\/sync\/(?!pollsocket)\w+\.ts$/,
    /\/src\/app\/(DayButtons|Frame|NowLine|Preferences|Problem|chime|clock|device|lazyday|router|theme|today|workshop)\./,
    /\/src\/(a11y|ui\/(Button|Field|KindLabel|kinds|Toast|toasts))/,
    /\/src\/views\/join\/(Join|GroupChoice)\.svelte$/,
    /\/src\/views\/board\/(?!Banner|drag|following|joining|lines|Links|Notices|ownlinks|parts|passages|People|Refused|routes)[\w.]+$/,
  ].some((pattern) => pattern.test(path));
}

/**
 * What is reached from modules of the first file, by lists of exports that name
 * much, and yet is needed by later screens alone.
 */
const later = /\/svelte\/src\/internal\/client\/dom\/elements\/bindings\/(select|size)\./;

/** What a board with links, comments and other people shows of them, in one file. */
const company =
  /\/src\/(views\/board\/(Links|People|lines|panels\/(Bell|news))|ui\/Avatars|core\/board\/talk)\./;

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
      for (const size of [192, 512])
        writeFileSync(join(outDir, `icon-${size}.png`), iconPng(size, false));
      writeFileSync(join(outDir, 'icon-maskable.png'), iconPng(512, true));
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
  plugins: [catalogues(), icons(), svelte(), finish()],
  resolve: {
    alias: [
      { find: /^@lifeomic\/attempt$/, replacement: resolve('src/core/attempts.ts') },
      { find: /^lib0\/logging$/, replacement: resolve('src/core/quietlog.ts') },
      {
        find: /^(lib0\/environment|\.\/environment\.js)$/,
        replacement: resolve('src/core/surroundings.ts'),
      },
    ],
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    // Only styles are named beside what comes later: the list of scripts cost more than it won.
    modulePreload: false,
    rollupOptions: {
      // Else the first file asks for that one all the same, for what it might do by itself.
      treeshake: { moduleSideEffects: (id) => (later.test(id) ? false : undefined) },
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: {
        codeSplitting: {
          groups: [
            { name: 'later', test: later, priority: 2, includeDependenciesRecursively: false },
            { name: 'board', test: first, priority: 1 },
            { name: 'company', test: company },
          ],
        },
        // Seven characters tell two builds of a file apart; the first file names all others.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash:7].js'),
        chunkFileNames: 'assets/[name]-[hash:7].js',
        assetFileNames: 'assets/[name]-[hash:7][extname]',
      },
    },
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8080', '/ws': { target: 'ws://127.0.0.1:8080', ws: true } },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
