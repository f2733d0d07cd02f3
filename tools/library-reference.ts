import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

/** The folders that a program imports from, in the order of the page. */
const PARTS: Readonly<Record<string, string>> = {
  constructs: 'For a CDKTF program of your own: `import { AksCluster } from "cdktf-azureml-aks/constructs"`.',
  stacks:
    'What `azureml-aks synth` does, step by step, from a configuration file: `import { assess } from "cdktf-azureml-aks/stacks"`.',
  rules:
    'The rules, what judges Terraform by them, and what reviews plans, without cdktf: `import { judge } from "cdktf-azureml-aks/rules"`.',
};

interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly comment: string;
  /** The interfaces whose members it has too. */
  readonly extended?: readonly string[];
  readonly members: readonly Member[];
  /** The type itself, where it has no members. */
  readonly type?: string;
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  /** Whether it belongs to one of several forms. */
  readonly isOfOneForm?: boolean;
  readonly comment: string;
}

/** The exports of each part of the library. */
export type Library = readonly (readonly [part: string, entries: readonly Entry[]])[];

/** Reads the exports of the library with their doc comments from the sources. */
export function readLibrary(root: string): Library {
  const files = Object.keys(PARTS).map((part) => [part, join(root, "library", `${part}.ts`)] as const);
  const program = sourcesAlone(files.map(([, file]) => file));
  return files.map(([part, file]) => [part, entriesOf(program, file)]);
}

/** Every export of the library with its doc comments. */
export function libraryReference(entries: Library): string {
  const exported = new Set(entries.flatMap(([, each]) => each.map(({ name }) => name)));
  const parts = entries.map(
    ([part, each]) => `## ${part}\n\n${PARTS[part]}\n\n${each.map((entry) => section(entry, exported)).join("\n")}`,
  );
  return `<!-- Written by \`npm run docs\` from the doc comments of the sources. -->
# Library reference

How to use it: [library.md](library.md). Sizes and times have their unit in the name. What cannot work in Azure is found by the
[rules](rules/README.md) when the program synthesizes; what cannot be built at all throws, as said here.

${parts.join("\n")}`;
}

/** Exports and members that nobody explained, and props whose default nobody told. */
export function undocumented(library: Library): string[] {
  return library.flatMap(([part, entries]) =>
    entries.flatMap(({ name, comment, members }) => [
      ...(comment === "" ? [`${part}: ${name}`] : []),
      ...members
        .filter(
          (member) =>
            member.comment === "" ||
            (name.endsWith("Props") && member.isOptional && !member.comment.includes("Default: ")),
        )
        .map((member) => `${part}: ${name}.${member.name}`),
    ]),
  );
}

function section({ name, kind, comment, extended = [], members, type }: Entry, exported: ReadonlySet<string>): string {
  const rows = members.map(
    (member) => `| \`${member.name}\` | ${code(member.type)} | ${requirement(member)}${cell(member.comment)} |\n`,
  );
  const table = rows.length > 0 ? `\n| | type | |\n|---|---|---|\n${rows.join("")}` : "";
  const links = extended.map((each) => (exported.has(each) ? `[${each}](#${each.toLowerCase()})` : `\`${each}\``));
  const inherited = links.length > 0 ? `\nWith every member of ${links.join(" and ")}.\n` : "";
  return `### ${name}\n\n${kind}${type === undefined ? "" : ` \`${type}\``}. ${comment}\n${inherited}${table}`;
}

function requirement({ isOptional, isOfOneForm }: Member): string {
  if (isOptional) return "";
  return isOfOneForm ? "**Required** in its form. " : "**Required.** ";
}

function code(type: string): string {
  return type === "" ? "" : `\`${type.replaceAll("|", "\\|")}\``;
}

function cell(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}

function entriesOf(program: ts.Program, file: string): Entry[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile) as ts.Symbol;
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  return exported.map((symbol) => entryOf(symbol)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A program of our own sources: what others declare is named, and need not be read. */
function sourcesAlone(files: readonly string[]): ts.Program {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    noLib: true,
    types: [],
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, containingFile) =>
    literals.map(({ text }) => {
      const path = resolve(dirname(containingFile), text);
      const isSource = text.startsWith(".") && text.endsWith(".ts") && existsSync(path);
      return { resolvedModule: isSource ? { resolvedFileName: path, extension: ts.Extension.Ts } : undefined };
    });
  return ts.createProgram(files, options, host);
}

function entryOf(symbol: ts.Symbol): Entry {
  const node = symbol.declarations?.[0] as ts.Declaration;
  const common = { name: symbol.name, comment: commentOf(node) };
  if (ts.isClassDeclaration(node)) return { ...common, kind: "Class", members: node.members.flatMap(membersOfClass) };
  if (ts.isInterfaceDeclaration(node))
    return { ...common, kind: "Interface", extended: extendedBy(node), members: node.members.flatMap(memberOf) };
  if (ts.isFunctionDeclaration(node)) return { ...common, kind: "Function", type: signatureOf(node), members: [] };
  if (ts.isTypeAliasDeclaration(node)) {
    const members = unlike(
      formsOf(node.type).flatMap(({ literal, isOneOfMany }) =>
        literal.members.flatMap(memberOf).map((member) => ({ ...member, isOfOneForm: isOneOfMany })),
      ),
    );
    const others = ts.isIntersectionTypeNode(node.type)
      ? node.type.types.filter(ts.isTypeReferenceNode).map(textOf)
      : [];
    const type = members.length === 0 ? textOf(node.type) : others.length > 0 ? `${others.join(" & ")} & …` : undefined;
    return { ...common, kind: "Type", members, type };
  }
  if (ts.isVariableDeclaration(node)) {
    const statement = node.parent.parent;
    return {
      name: symbol.name,
      comment: commentOf(statement as ts.VariableStatement),
      kind: "Constant",
      type: node.type && textOf(node.type),
      members: [],
    };
  }
  throw new Error(`${symbol.name} is exported by the library: teach tools/library-reference.ts what it is`);
}

function extendedBy(node: ts.InterfaceDeclaration): string[] {
  return (node.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => expression.getText()));
}

function membersOfClass(node: ts.ClassElement): Member[] {
  const isHidden = ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => HIDDEN.includes(kind));
  if (isHidden || ts.isSetAccessor(node)) return [];
  if (ts.isConstructorDeclaration(node)) {
    const named = node.parameters
      .flatMap((parameter): Member[] => (isPublicProperty(parameter) ? memberOf(parameter) : []))
      .map((member) => ({ ...member, isOptional: true }));
    const signature: Member = {
      name: "constructor",
      type: signatureOf(node),
      isOptional: true,
      comment: commentOf(node) || "Makes it.",
    };
    return [signature, ...named];
  }
  return memberOf(node).map((member) => ({ ...member, isOptional: true }));
}

/** What a program that uses a class need not know. */
const HIDDEN: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.PrivateKeyword,
  ts.SyntaxKind.ProtectedKeyword,
  ts.SyntaxKind.OverrideKeyword,
];

function isPublicProperty(parameter: ts.ParameterDeclaration): boolean {
  const kinds = ts.getModifiers(parameter)?.map(({ kind }) => kind) ?? [];
  return kinds.length > 0 && !kinds.some((kind) => HIDDEN.includes(kind));
}

function memberOf(node: ts.Node): Member[] {
  if (
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isGetAccessor(node)
  ) {
    const isOptional = "questionToken" in node && node.questionToken !== undefined;
    return [
      { name: node.name.getText(), type: node.type ? textOf(node.type) : "", isOptional, comment: commentOf(node) },
    ];
  }
  if (ts.isMethodSignature(node) || ts.isMethodDeclaration(node)) {
    return [
      {
        name: node.name.getText(),
        type: signatureOf(node),
        isOptional: node.questionToken !== undefined,
        comment: commentOf(node),
      },
    ];
  }
  return [];
}

interface Form {
  readonly literal: ts.TypeLiteralNode;
  readonly isOneOfMany: boolean;
}

/** The literals of a type, also those of its alternatives. */
function formsOf(node: ts.TypeNode, isOneOfMany = false): Form[] {
  if (ts.isTypeLiteralNode(node)) return [{ literal: node, isOneOfMany }];
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((type) => formsOf(type, true));
  if (ts.isIntersectionTypeNode(node)) return node.types.flatMap((type) => formsOf(type, isOneOfMany));
  return ts.isParenthesizedTypeNode(node) ? formsOf(node.type, isOneOfMany) : [];
}

/**
 * Each member once, with the types that it has in the forms; a form says of a key of another one only that it is not
 * there.
 */
function unlike(members: readonly Member[]): Member[] {
  const given = members.filter(({ type }) => type !== "undefined");
  const names = new Set(given.map(({ name }) => name));
  return [...names].map((name) => {
    const same = given.filter((member) => member.name === name);
    return { ...(same[0] as Member), type: [...new Set(same.map(({ type }) => type))].join(" | ") };
  });
}

function signatureOf(node: ts.SignatureDeclaration): string {
  const parameters = node.parameters.map(
    (parameter) =>
      `${parameter.name.getText().startsWith("{") ? "options" : parameter.name.getText()}${parameter.questionToken || parameter.initializer ? "?" : ""}: ${parameter.type ? textOf(parameter.type) : "unknown"}`,
  );
  return `(${parameters.join(", ")})${node.type ? ` => ${textOf(node.type)}` : ""}`;
}

function textOf(node: ts.Node): string {
  return node.getText().replaceAll(/\s+/g, " ");
}

/** The text of a doc comment with its tags, in one line a paragraph. */
function commentOf(node: ts.Node): string {
  const text = ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? "")
    .join(" ");
  const tags = ts.getJSDocTags(node).map((tag) => {
    const comment = (ts.getTextOfJSDocComment(tag.comment) ?? "").replace(/^- /, "");
    if (tag.tagName.text === "default") return `Default: ${comment}.`;
    if (tag.tagName.text === "throws") return `Throws ${comment}.`;
    // TypeScript reads the scheme of an address as the name that is seen.
    return tag.tagName.text === "see"
      ? `Source: ${tag
          .getText()
          .replace(/^@see\s+/, "")
          .replaceAll(/\s*\*?\s+/g, " ")
          .trim()}`
      : "";
  });
  return [text, ...tags].filter(Boolean).join(" ").replaceAll(/\s+/g, " ").trim();
}
