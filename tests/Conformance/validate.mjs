// Validates JSON files against official schemas (JSON Schema 2020-12; the schemas declare no $schema themselves).
// Reads from standard input a list of { "file", "schema", "items" }: with items, the list "contents" of the file is
// validated item by item. Prints one line for each error; ends with 1 when there was any.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const work = JSON.parse(readFileSync(0, "utf8"));
const validators = new Map();

function read(path) {
  const schema = JSON.parse(readFileSync(path, "utf8"));
  schema.$id = basename(path);
  return schema;
}

// Schemas refer to each other by file name; one that is not there accepts everything.
function referred(schema, found = new Set()) {
  if (schema && typeof schema === "object") {
    if (typeof schema.$ref === "string" && !schema.$ref.startsWith("#")) found.add(schema.$ref.split("#")[0]);
    for (const inner of Object.values(schema)) referred(inner, found);
  }
  return found;
}

function validatorOf(path) {
  if (!validators.has(path)) {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    const schema = read(path);
    const known = new Set([schema.$id]);
    const open = [...referred(schema)];
    while (open.length > 0) {
      const name = open.pop();
      if (known.has(name)) continue;
      known.add(name);
      const file = join(dirname(path), name);
      const other = existsSync(file) ? read(file) : { $id: name };
      ajv.addSchema(other);
      open.push(...referred(other));
    }
    validators.set(path, ajv.compile(schema));
  }
  return validators.get(path);
}

let errors = 0;
for (const { file, schema, items } of work) {
  const validate = validatorOf(schema);
  const answer = JSON.parse(readFileSync(file, "utf8"));
  for (const value of items ? answer.contents : [answer]) {
    if (validate(value)) continue;
    for (const error of validate.errors.slice(0, 10)) {
      errors++;
      console.log(`${file}: ${error.instancePath || "/"} ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
}
process.exit(errors > 0 ? 1 : 0);
