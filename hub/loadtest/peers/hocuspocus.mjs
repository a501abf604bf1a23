// @hocuspocus/server with its defaults, or with its Redis extension.
// Usage: node hocuspocus.mjs PORT [REDIS_PORT]
import { Server } from '@hocuspocus/server';

const [port, redis] = process.argv.slice(2).map(Number);
const extensions = [];
if (redis) {
  const { Redis } = await import('@hocuspocus/extension-redis');
  extensions.push(new Redis({ host: '127.0.0.1', port: redis }));
}
const server = new Server({ port, address: '127.0.0.1', quiet: true, extensions });
await server.listen();
console.log('listening');
