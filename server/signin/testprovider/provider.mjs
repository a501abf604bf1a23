// A real OpenID provider with its development pages: whoever types a name is
// that person. It prints its address and lives until its input ends.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirect] = process.argv.slice(2);
const server = createServer((req, res) => handle(req, res));
let handle = (_req, res) => res.end();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'pathboard', client_secret: 'a-secret-of-the-test', redirect_uris: [redirect] }],
    pkce: { required: () => true },
    claims: { openid: ['sub', 'groups'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    async findAccount(_ctx, id) {
      return {
        accountId: id,
        claims: async () => ({
          sub: id,
          name: `Osoba ${id.split('@')[0]}`,
          email: id,
          email_verified: !id.startsWith('unverified'),
          groups: id.startsWith('trener') ? ['trenerzy'] : [],
        }),
      };
    },
  });
  handle = provider.callback();
  console.log(`provider ${issuer}`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
