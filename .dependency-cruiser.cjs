/**
 * The laws of dependence. Data flows one way: the configuration becomes constructs, constructs become Terraform JSON,
 * the JSON becomes resources, and rules judge resources. A plan enters at "becomes resources".
 */
const may = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^${from}/` },
  to: { path: "^[^/]+(/|\\.ts$)", pathNot: [`^${from}/`, "^node_modules/", "^(finding|today)\\.ts$", ...to.map((folder) => `^${folder}/`)] },
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
    may("azure-is-facts", "Facts about Azure are pure: they depend on nothing.", "azure", []),
    may("config-is-what-users-say", "The configuration knows facts about Azure, and nothing of what is made from it.", "config", ["azure"]),
    may("terraform-is-neutral", "The picture knows Azure's facts, and neither rules nor where its resources come from.", "terraform", ["azure"]),
    may("rules-judge-any-plan", "A rule that knew our constructs could not judge other people's plans.", "rules", ["azure", "terraform"]),
    may(
      "constructs-are-usable-alone",
      "Constructs are used from other people's programs, without the configuration file; there they are judged by the rules.",
      "constructs",
      ["azure", "terraform", "rules"],
    ),
    may("stacks-join", "Stacks turn the configuration into constructs.", "stacks", ["azure", "config", "constructs", "terraform"]),
    may("library-shows-what-is-there", "The library adds nothing of its own: it names what programs of others may rely on.", "library", [
      "azure",
      "config",
      "constructs",
      "rules",
      "stacks",
      "terraform",
    ]),
    {
      name: "nobody-imports-library",
      comment: "It is the door for others. What is inside knows the file that it needs.",
      severity: "error",
      from: { pathNot: "^(library|__tests__)/" },
      to: { path: "^library/" },
    },
    may("pictures-draw-resources", "A picture is drawn from resources, so from a configuration and from a plan alike.", "picture", ["terraform"]),
    may("report-is-pure", "Findings in, text out: a report must not know where findings come from.", "report", ["picture"]),
    {
      name: "nobody-imports-commands",
      comment: "A command is an end: what two commands share belongs below them. The entries load them.",
      severity: "error",
      from: { pathNot: "^(commands/|(cli|main)\\.ts$|__tests__/)" },
      to: { path: "^commands/" },
    },
    {
      name: "cdktf-stays-in-constructs-and-stacks",
      comment: "What judges a plan must not load cdktf: it is slow, and it is not needed.",
      severity: "error",
      from: { pathNot: "^(constructs|stacks|bench|__tests__)/" },
      to: { path: "node_modules/(cdktf|constructs|@cdktf)/" },
    },
    {
      name: "cdktf-through-one-file",
      comment: "Its successor CDK Terrain is then one edit away.",
      severity: "error",
      from: { pathNot: "^(constructs/cdktf\\.ts$|bench/|__tests__/)" },
      to: { path: "node_modules/cdktf/" },
    },
    {
      name: "provider-bindings-by-deep-path",
      comment: "The root import of a provider loads more than 1,500 modules and costs over a second.",
      severity: "error",
      from: { pathNot: "^bench/" },
      to: { path: "node_modules/@cdktf/provider-[^/]+/lib/index\\.js$" },
    },
    {
      name: "files-are-read-in-config-and-written-in-commands",
      comment: "Everything else is a function of its input. stacks/ writes through cdktf.",
      severity: "error",
      from: { pathNot: "^(config/load\\.ts|commands/|stacks/(app|write|state-directory)\\.ts|scripts/|bench/|__tests__/)" },
      to: { path: "^(node:)?fs(/promises)?$" },
    },
    {
      name: "no-tests-in-the-product",
      comment: "The product does not need its tests.",
      severity: "error",
      from: { pathNot: "^__tests__/" },
      to: { path: "^__tests__/" },
    },
    { name: "resolvable", comment: "An import that cannot be resolved breaks at run time.", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|cdktf\\.out|bench/plain|examples)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs", ".cjs", ".d.ts"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};
