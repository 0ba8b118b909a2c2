// GitHub's own language service over workflows and actions, with our actions' metadata. Exit code 1 with findings.
// It imports JSON in a way that Node.js 20 refuses, so it is bundled first.
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, root, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${tools}/package.json`));
const { buildSync } = await import(pathToFileURL(require.resolve("esbuild")).href).then((it) => it.default);
const bundle = join(mkdtempSync(join(tmpdir(), "aimsgate-")), "service.mjs");
buildSync({
  stdin: {
    contents: `export { validate } from "@actions/languageservice/validate"; export { TextDocument } from "vscode-languageserver-textdocument"; export { parse } from "yaml";`,
    resolveDir: tools,
  },
  bundle: true, format: "esm", platform: "node", outfile: bundle, loader: { ".json": "json" }, logLevel: "error",
  banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
});
const { validate, TextDocument, parse } = await import(pathToFileURL(bundle).href);

const actionsMetadataProvider = {
  async fetchActionMetadata({ owner, name, path }) {
    if (`${owner}/${name}` !== "aimsgate/aimsgate") return undefined;
    return parse(readFileSync(join(root, path ?? "", "action.yml"), "utf8"));
  },
};
let found = 0;
for (const file of files) {
  const where = basename(file).startsWith("action") ? file : `.github/workflows/${basename(file)}`;
  const document = TextDocument.create(`file:///${where}`, "yaml", 1, readFileSync(file, "utf8"));
  for (const { range, message } of await validate(document, { actionsMetadataProvider })) {
    // Others' actions are not at hand here.
    if (/^Unable to resolve action `(?!aimsgate\/)/.test(message)) continue;
    console.log(`${file}:${range.start.line + 1}: ${message}`);
    found += 1;
  }
}
process.exit(found === 0 ? 0 : 1);
