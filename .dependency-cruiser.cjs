/**
 * The laws of dependence. Data flows one way: a configuration becomes constructs, constructs become Terraform JSON; that,
 * a plan or any other origin becomes the model; rules judge the model; findings become reports.
 */
const may = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^${from}/` },
  // Everybody may throw a user's mistake.
  to: {
    dependencyTypesNot: ["core"],
    path: "^[^/]+(/|\\.ts$)",
    pathNot: [`^${from}/`, "^node_modules/", "^errors/", ...to.map((folder) => `^${folder}/`)],
  },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "What depends on itself cannot be loaded or tested in parts. Two types may name each other.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    may("errors-are-for-all", "What everybody may throw depends on nothing.", "errors", []),
    may("azure-is-facts", "Facts about Azure are pure: they depend on nothing.", "azure", []),
    may(
      "model-is-neutral",
      "The model knows Azure's facts, and neither rules nor where its resources come from.",
      "model",
      ["azure"],
    ),
    may("sources-fill-the-model", "A reader of an origin fills the model, and judges nothing.", "sources", [
      "azure",
      "model",
    ]),
    may(
      "rules-judge-the-model",
      "A rule that knew an origin, or our constructs, could not judge the others.",
      "rules",
      ["azure", "model"],
    ),
    may("review-says-what-plans-mean", "A review reads plans and rules, and writes nothing.", "review", [
      "azure",
      "diagram",
      "model",
      "report",
      "rules",
      "sources",
    ]),
    may(
      "config-is-what-users-say",
      "The configuration knows nothing of what is made from it. Its mistakes are findings.",
      "config",
      ["azure", "files", "model"],
    ),
    may(
      "constructs-are-usable-alone",
      "Constructs are used from other people's programs, without a configuration; there they are judged by the rules.",
      "constructs",
      ["azure", "model", "rules", "sources"],
    ),
    may("stacks-join", "Stacks turn the configuration into constructs.", "stacks", [
      "azure",
      "config",
      "constructs",
      "files",
      "model",
    ]),
    may("assess-is-what-entries-share", "Reading, building, rendering and judging, once for all entries.", "assess", [
      "azure",
      "config",
      "constructs",
      "diagram",
      "files",
      "model",
      "report",
      "rules",
      "sources",
      "stacks",
    ]),
    may("servers-answer", "A server reads what it is sent, judges it as a review does, and answers.", "servers", [
      "azure",
      "files",
      "model",
      "report",
      "review",
      "rules",
      "sources",
    ]),
    may(
      "the-page-runs-in-a-browser",
      "What the page needs must run where there is neither Node nor a file: it is bundled whole.",
      "page",
      ["azure", "diagram", "model", "report", "review", "rules", "sources"],
    ),
    {
      name: "network-stays-in-servers",
      comment:
        "What judges reads files: nothing leaves the machine of whoever runs it. A server listens, and says to whom.",
      severity: "error",
      from: { pathNot: "^(servers/|tools/|__tests__/)" },
      to: { path: "^(node:)?(http|https|http2|dgram|dns)(/promises)?$" },
    },
    may(
      "fixes-are-proven-in-memory",
      "A fix is text that becomes another text, judged again: the commands and the editor write, this does not.",
      "fix",
      ["assess", "config", "files", "model", "report", "rules"],
    ),
    may(
      "deploy-runs-terraform",
      "It runs Terraform in folders, in an order: what stands in them, and in the configuration, it need not know.",
      "deploy",
      ["files", "model"],
    ),
    may(
      "adopt-writes-what-runs",
      "What runs becomes a configuration as users write it: how stacks are made from that is not for it to know.",
      "adopt",
      ["azure", "config", "model", "sources"],
    ),
    may(
      "library-shows-what-is-there",
      "The library adds nothing: it names what programs of others may rely on.",
      "library",
      ["assess", "azure", "config", "constructs", "model", "report", "review", "rules", "sources", "stacks"],
    ),
    {
      name: "nobody-imports-library",
      comment: "It is the door for others. What is inside knows the file that it needs.",
      severity: "error",
      from: { pathNot: "^(library|__tests__)/" },
      to: { path: "^library/" },
    },
    may("diagrams-draw-the-model", "A diagram is drawn from the model, so from every origin alike.", "diagram", [
      "model",
    ]),
    may("report-is-pure", "Findings in, text out: a report must not know where findings come from.", "report", [
      "diagram",
      "model",
      "rules",
    ]),
    {
      name: "nobody-imports-commands",
      comment: "A command is an end: what two commands share is in command-line/ or below. The entries load them.",
      severity: "error",
      from: { pathNot: "^(commands/|cli\\.ts$|__tests__/)" },
      to: { path: "^commands/" },
    },
    {
      name: "commands-share-command-line",
      comment: "Arguments, output and failures of the command line. Nothing below a command knows it.",
      severity: "error",
      from: { pathNot: "^(command-line|commands|__tests__)/|^(cli|main)\\.ts$" },
      to: { path: "^command-line/" },
    },
    {
      name: "cdktf-stays-with-what-builds",
      comment: "What judges a plan must not load cdktf: it is slow, and it is not needed.",
      severity: "error",
      from: { pathNot: "^(constructs|stacks|assess|tools/bench|__tests__)/|^main\\.ts$" },
      to: { path: "node_modules/(cdktf|constructs|@cdktf)/" },
    },
    {
      name: "cdktf-through-one-file",
      comment: "Its successor CDK Terrain is then one edit away.",
      severity: "error",
      from: { pathNot: "^(constructs/cdktf\\.ts$|tools/bench/|__tests__/)" },
      to: { path: "node_modules/cdktf/" },
    },
    {
      name: "provider-bindings-by-deep-path",
      comment: "The root import of a provider loads more than 1,500 modules and costs over a second.",
      severity: "error",
      from: { pathNot: "^tools/bench/" },
      to: { path: "node_modules/@cdktf/provider-[^/]+/lib/index\\.js$" },
    },
    may("files-are-files", "What is read and written, and how: it knows nothing of what is in it.", "files", []),
    {
      name: "files-are-read-and-written-in-one-place",
      comment:
        "files/ bounds what is read, writes whole or not at all, and replaces no input. stacks/ makes its output with cdktf, and swaps it there.",
      severity: "error",
      from: {
        pathNot: "^(files/|stacks/(app|write|state-directory)\\.ts|tools/|__tests__/)|^vitest\\.config\\.ts$",
      },
      to: { path: "^(node:)?fs(/promises)?$" },
    },
    {
      name: "no-tests-in-the-product",
      comment: "The product does not need its tests.",
      severity: "error",
      from: { pathNot: "^__tests__/" },
      to: { path: "^__tests__/" },
    },
    {
      name: "resolvable",
      comment: "An import that cannot be resolved breaks at run time.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|cdktf\\.out|tools/bench/plain|examples)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs", ".cjs", ".d.ts"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};
