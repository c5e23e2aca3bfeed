// Makes an SRP handshake by amazon-cognito-identity-js for each line that it reads, and writes its
// CPU time in ns.
const readline = require('node:readline');
const Helper = require('amazon-cognito-identity-js/lib/AuthenticationHelper').default;
const BigInteger = require('amazon-cognito-identity-js/lib/BigInteger').default;

const salt = new BigInteger('6f1c8e5ad7f0c2349be1a05c7d3e8f21', 16);
const serverPublic = new BigInteger('5f1c5d0e30a14b3c9d7e'.repeat(38), 16);

readline.createInterface({ input: process.stdin }).on('line', () => {
  const start = process.cpuUsage();
  const client = new Helper('Benchmark');
  client.getLargeAValue(() => {
    client.getPasswordAuthenticationKey('alice', 'Correct-horse-1', serverPublic, salt, () => {
      const { user, system } = process.cpuUsage(start);
      console.log((user + system) * 1000);
    });
  });
});
