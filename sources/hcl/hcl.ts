import type { Place } from "../../model/finding.ts";
import { moduleOf, type StackParts } from "../../model/model.ts";
import type { ResourceParts } from "../../model/resource.ts";
import { stepInto, steps, Unknown, type Value } from "../../model/value.ts";
import { parseJson } from "../parse-json.ts";
import { HOST_PATHS } from "../provider-host.ts";
import { inOneVocabulary } from "../vocabulary/vocabulary.ts";
import { editsOf } from "./edit.ts";
import { Budget, workedOut } from "./evaluate.ts";
import { type BrokenIgnore, type IgnoreComment, ignoreCommentsIn } from "./ignore.ts";
import { parseTerraformJson, parseVariablesJson } from "./json.ts";
import {
  bodyValue,
  type FindModule,
  type Input,
  type Instance,
  Module,
  type NotExpanded,
  type ProviderConfiguration,
  placeIn,
  referenceText,
  writtenBody,
} from "./module.ts";
import type { ParseHcl } from "./parse.ts";
import type { Block, Body, Comment, ParsedFile } from "./syntax.ts";

/** Gives the text of the files in a folder, by their names; undefined where there is no such folder. */
export type ReadFolder = (folder: string) => ReadonlyMap<string, string> | undefined;

/** A folder of Terraform, and what is given beside it. */
export interface HclFolder {
  /** Name of the stack that it makes. */
  readonly name: string;
  /** The folder, as findings name it. */
  readonly folder: string;
  /** Only these of its files. Default: all. */
  readonly only?: readonly string[];
  /** Texts of files of variables, in the order in which they count, after those that Terraform takes by itself. */
  readonly variableFiles?: readonly { readonly file: string; readonly text: string }[];
  /** Variables by name, as texts. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A folder as it was read. */
export interface ReadHcl {
  /** For a model: `new Model([stack])`. */
  readonly stack: StackParts;
  /** Where a file is not Terraform's language. */
  readonly errors: readonly Place[];
  /** What cannot be judged, because the number of its instances, or its files, are not known. */
  readonly notExpanded: readonly NotExpanded[];
  /** Comments that acknowledge a rule. */
  readonly ignores: readonly IgnoreComment[];
  /** Comments that should, and do not. */
  readonly brokenIgnores: readonly BrokenIgnore[];
  /** Texts of the files that were read, by the names that their places have. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads a folder of Terraform without a plan: what is not known is unknown, and nothing is guessed. */
export function readHcl(given: HclFolder, readFolder: ReadFolder, parse: ParseHcl): ReadHcl {
  return new FolderReader(readFolder, parse).read(given);
}

class FolderReader {
  private readonly folders = new Map<string, Body | undefined>();
  private readonly errors: Place[] = [];
  private readonly comments: Comment[] = [];
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly readFolder: ReadFolder,
    private readonly parse: ParseHcl,
  ) {}

  read({ name, folder, only, variableFiles = [], variables = {} }: HclFolder): ReadHcl {
    const files = this.readFolder(folder) ?? new Map<string, string>();
    const body = this.bodyOf(folder, only ? new Map([...files].filter(([file]) => only.includes(file))) : files);
    const providers = new Map<string, ProviderConfiguration>();
    const root = new Module(
      {
        prefix: "",
        key: "",
        folder,
        body,
        inputs: this.inputs(folder, files, variableFiles, variables, body),
        providers,
      },
      this.finder(folder),
      new Budget(),
    );
    for (const block of body.blocks) if (block.type === "provider") addProvider(providers, block, root);
    const notExpanded: NotExpanded[] = [];
    const imported = new Set(body.blocks.filter(({ type }) => type === "import").map(importedAddress));
    const textOf = (file: string): string => this.texts.get(file) ?? "";
    const resources: ResourceParts[] = [];
    const uncertain: ResourceParts[] = [];
    for (const instance of root.instances(notExpanded))
      (instance.isUncertain ? uncertain : resources).push(partsOf(name, instance, imported, textOf));
    return {
      stack: inOneVocabulary({ name, resources, uncertain, outputs: root.outputValues() }),
      errors: this.errors,
      notExpanded,
      texts: this.texts,
      ...asIgnores(ignoreCommentsIn(this.comments)),
    };
  }

  /** Values that somebody gives, the last one counting: terraform.tfvars, *.auto.tfvars, files, arguments. */
  private inputs(
    folder: string,
    files: ReadonlyMap<string, string>,
    given: NonNullable<HclFolder["variableFiles"]>,
    variables: Readonly<Record<string, string>>,
    body: Body,
  ): ReadonlyMap<string, Input> {
    const names = [...files.keys()].sort();
    const isAutomatic = (file: string): boolean => /\.auto\.tfvars(\.json)?$/.test(file);
    const own = [...names.filter((file) => /^terraform\.tfvars(\.json)?$/.test(file)), ...names.filter(isAutomatic)];
    const all = [...own.map((file) => ({ file: fileIn(folder, file), text: files.get(file) ?? "" })), ...given];
    const inputs = new Map<string, Input>();
    const constant = { names: new Map<string, Value>(), global: () => new Unknown([]), budget: new Budget() };
    for (const { file, text } of all) {
      const { body: values } = this.parsed(text, file, parseVariablesJson);
      for (const [name, { value }] of values.attributes)
        inputs.set(name, {
          value: () => workedOut(value, constant),
          literal: () =>
            value.kind === "literal" || value.kind === "list" || value.kind === "object" ? value : undefined,
        });
    }
    for (const [name, text] of Object.entries(variables)) {
      const type = body.blocks
        .find((block) => block.type === "variable" && block.labels[0] === name)
        ?.body.attributes.get("type")?.value;
      const isText = type === undefined || (type.kind === "name" && type.name === "string");
      const value = isText ? undefined : this.parse(`x = ${text}\n`, `-var ${name}`).body.attributes.get("x")?.value;
      inputs.set(name, {
        value: () => (value && value.kind !== "unreadable" ? workedOut(value, constant) : text),
        literal: () => undefined,
      });
    }
    return inputs;
  }

  /** Finds the files of a module: in a folder of its own, or where `terraform init` put them. */
  private finder(root: string): FindModule {
    const installed = installedModules(this.readFolder(fileIn(root, ".terraform/modules"))?.get("modules.json"));
    return (caller, call) => {
      const source = call.body.attributes.get("source")?.value;
      const from = source?.kind === "literal" && typeof source.value === "string" ? source.value : undefined;
      const key = caller.key === "" ? (call.labels[0] ?? "") : `${caller.key}.${call.labels[0]}`;
      const dir = installed.get(key);
      const folder =
        from !== undefined && /^\.\.?(\/|$)/.test(from)
          ? fileIn(caller.folder, from)
          : dir === undefined
            ? undefined
            : fileIn(root, dir);
      if (folder === undefined) return undefined;
      if (!this.folders.has(folder)) {
        const files = this.readFolder(folder);
        this.folders.set(folder, files && this.bodyOf(folder, files));
      }
      const body = this.folders.get(folder);
      return body && { key, folder, body };
    };
  }

  /** All files of a folder as one, those that override last. */
  private bodyOf(folder: string, files: ReadonlyMap<string, string>): Body {
    const names = [...files.keys()].filter((file) => /\.tf(\.json)?$/.test(file)).sort();
    const isOverride = (file: string): boolean => /(^|_)override\.tf(\.json)?$/.test(file);
    const read = (file: string): Body =>
      this.parsed(files.get(file) ?? "", fileIn(folder, file), parseTerraformJson).body;
    const blocks = names.filter((file) => !isOverride(file)).flatMap((file) => read(file).blocks);
    const overridden = names
      .filter(isOverride)
      .flatMap((file) => read(file).blocks)
      .reduce<readonly Block[]>((all, block) => all.map((each) => overrideOf(each, block)), blocks);
    return { attributes: new Map(), blocks: overridden };
  }

  private parsed(text: string, file: string, parseJson: typeof parseTerraformJson): ParsedFile {
    this.texts.set(file, text);
    const parsed = file.endsWith(".json") ? parseJson(text, file, this.parse) : this.parse(text, file);
    this.errors.push(...parsed.errors);
    this.comments.push(...parsed.comments);
    return parsed;
  }
}

function asIgnores({
  ignores,
  broken,
}: ReturnType<typeof ignoreCommentsIn>): Pick<ReadHcl, "ignores" | "brokenIgnores"> {
  return { ignores, brokenIgnores: broken };
}

/** A resource, with its values worked out when somebody asks. */
function partsOf(
  stack: string,
  { address, mode, type, block, scope, provider, literalBehind }: Instance,
  imported: ReadonlySet<string>,
  textOf: (file: string) => string,
): ResourceParts {
  let attributes: Value;
  let written: Value;
  const subscription = provider?.value(["subscription_id"]);
  const host = HOST_PATHS.map((path) => provider?.value(path)).find((value) => value instanceof Unknown);
  return {
    stack,
    address,
    mode,
    type,
    provider: provider?.key ?? (type.split("_", 1)[0] as string),
    ...(typeof subscription === "string" ? { subscriptionId: subscription.toLowerCase() } : {}),
    ...(host instanceof Unknown ? { providerHost: host.references } : {}),
    isImported: imported.has(address),
    ...(block.isBroken ? { notTold: "a part of its block cannot be read" } : {}),
    get azureType() {
      const azureType = type.startsWith("azapi_") ? stepInto(this.attributes, "type") : undefined;
      return typeof azureType === "string" ? azureType : undefined;
    },
    get attributes() {
      attributes ??= withAzureType(type, block, withoutMeta(bodyValue(block.body, scope)));
      return attributes;
    },
    get written() {
      written ??= withoutMeta(writtenBody(block.body, moduleOf(address)));
      return written;
    },
    place: (path: string) => placeIn(block, steps(path), scope),
    edits: (path, change) => {
      const edits = editsOf(block, steps(path), change, {
        textOf,
        literalBehind,
        hasBlocks: !type.startsWith("azapi_"),
      });
      // What `terraform init` fetched is not the author's.
      return edits?.some(({ file }) => file.includes(".terraform/")) ? undefined : edits;
    },
  };
}

function withoutMeta({ count: _count, for_each: _forEach, ...rest }: Record<string, Value>): Record<string, Value> {
  return rest;
}

/** The Azure type of what azapi makes is told by its text, where the version of the API behind it is not known. */
function withAzureType(type: string, { body }: Block, attributes: Record<string, Value>): Record<string, Value> {
  if (!type.startsWith("azapi_") || !(attributes.type instanceof Unknown)) return attributes;
  const written = body.attributes.get("type")?.value;
  const [start] = written?.kind === "template" ? written.parts : [];
  return typeof start === "string" && start.includes("@") ? { ...attributes, type: start } : attributes;
}

function addProvider(providers: Map<string, ProviderConfiguration>, block: Block, module: Module): void {
  const [name = ""] = block.labels;
  const alias = block.body.attributes.get("alias")?.value;
  const key = alias?.kind === "literal" ? `${name}.${alias.value}` : name;
  providers.set(key, {
    key,
    value: (path) => {
      const body = path
        .slice(0, -1)
        .reduce<Body | undefined>((at, step) => at?.blocks.find(({ type }) => type === step)?.body, block.body);
      const attribute = body?.attributes.get(path.at(-1) ?? "");
      if (attribute) return module.valueIn(attribute.value);
      // helm has had a block, and has a map.
      const map = block.body.attributes.get(path[0] ?? "");
      return map && path.slice(1).reduce<Value>(stepInto, module.valueIn(map.value));
    },
  });
}

function importedAddress({ body }: Block): string {
  const to = body.attributes.get("to")?.value;
  return (to && referenceText(to)) ?? "";
}

/** A block with what an override file gives for it: arguments and kinds of blocks are replaced whole. */
function overrideOf(block: Block, by: Block): Block {
  if (block.type !== by.type || block.labels.join(" ") !== by.labels.join(" ")) return block;
  const replaced = new Set(by.body.blocks.map(({ type }) => type));
  return {
    ...block,
    body: {
      attributes: new Map([...block.body.attributes, ...by.body.attributes]),
      blocks: [...block.body.blocks.filter(({ type }) => !replaced.has(type)), ...by.body.blocks],
    },
  };
}

/** Where `terraform init` put each module: its key and its folder. */
function installedModules(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  try {
    const { Modules = [] } = parseJson(text) as {
      Modules?: readonly { readonly Key?: unknown; readonly Dir?: unknown }[];
    };
    return new Map(
      Modules.flatMap(({ Key, Dir }) =>
        typeof Key === "string" && typeof Dir === "string" && Key !== "" ? [[Key, Dir]] : [],
      ),
    );
  } catch {
    return new Map();
  }
}

/** Joins paths with slashes, whatever the machine: `a/b` and `../c` make `a/c`. */
export function fileIn(folder: string, path: string): string {
  const parts = folder === "" || folder === "." ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/") || ".";
}
