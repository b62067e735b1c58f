#!/usr/bin/env node
// The command. Looks at Node's version before it loads what an old Node could not read.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`prodcheck: it needs Node.js 20.19 or later, and this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  const { main } = await import('../src/cli.js');
  await main(process.argv.slice(2));
}
