import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Unknown, type Value } from "../../model/value.ts";
import { readHcl } from "../../sources/hcl/hcl.ts";
import type { ParseHcl } from "../../sources/hcl/parse.ts";
import { hasTerraform, type Json, temporaryFolder } from "../helpers.ts";
import { parserOfHcl } from "./parser.ts";

const VARIABLES = `
variable "text" { default = "Hello" }
variable "number" { default = 3 }
variable "list" { default = ["b", "a", "c"] }
variable "numbers" { default = [3, 1, 2] }
variable "map" { default = { z = 1, y = 2 } }
variable "nothing" { default = null }
variable "objects" {
  type    = list(object({ name = string, size = optional(number, 4), zone = optional(string) }))
  default = [{ name = "a" }, { name = "b", size = 8, zone = "1" }]
}
`;

/** Expressions, and what Terraform says they are. */
const EXPRESSIONS: readonly (readonly [expression: string, value: unknown])[] = [
  ["1 + 2 * 3", 7],
  ["(1 + 2) * 3", 9],
  ["-var.number + 1", -2],
  ["7 / 2", 3.5],
  ["7 % 4", 3],
  ["var.number > 2 && var.number <= 3", true],
  ["!(var.number == 3) || false", false],
  ['"1" == 1', false],
  ["var.nothing == null", true],
  ["var.list == null", false],
  ['var.number == 3 ? "three" : "other"', "three"],
  ['"${var.text}"', "Hello"],
  ['"${var.number}"', 3],
  ['"${var.text}, ${var.number}!"', "Hello, 3!"],
  ['"$${var.text} %%{if}"', "${var.text} %{if}"],
  ['"tab\\tquote\\"back\\\\ \\u00e9"', 'tab\tquote"back\\ é'],
  ['"%{ if var.number > 2 }many%{ else }few%{ endif }"', "many"],
  ['"%{ for item in var.list }<${item}>%{ endfor }"', "<b><a><c>"],
  ['"a  ${~ var.text ~}  b"', "aHellob"],
  ["<<EOT\n  one ${var.number}\n  two\nEOT\n", "  one 3\n  two\n"],
  ["<<-EOT\n    one\n      two ${var.text}\n    EOT\n", "one\n  two Hello\n"],
  ["var.list[1]", "a"],
  ["var.list[*]", ["b", "a", "c"]],
  ["var.map.z", 1],
  ['var.map["y"]', 2],
  ["var.objects[0].size", 4],
  ["var.objects[*].name", ["a", "b"]],
  ["var.objects[0].zone", null],
  ["var.objects.*.size", [4, 8]],
  ['{ a = 1, "b" : 2, (var.text) = 3 }', { a: 1, b: 2, Hello: 3 }],
  ["[for item in var.list : upper(item)]", ["B", "A", "C"]],
  ['[for index, item in var.list : index if item != "a"]', [0, 2]],
  ["{ for key, value in var.map : key => value * 2 }", { y: 4, z: 2 }],
  ['{ for item in var.objects : item.size > 4 ? "large" : "small" => item.name... }', { large: ["b"], small: ["a"] }],
  ["[for item in var.objects : item.name if item.zone != null]", ["b"]],
  ["abs(-2)", 2],
  ["alltrue([true, var.number == 3])", true],
  ["anytrue([])", false],
  ['base64decode(base64encode("é"))', "é"],
  ['basename("a/b.txt")', "b.txt"],
  ["ceil(1.2)", 2],
  ['chomp("a\\n\\n")', "a"],
  ["chunklist(var.list, 2)", [["b", "a"], ["c"]]],
  ['cidrhost("10.0.0.0/16", 10)', "10.0.0.10"],
  ['cidrhost("10.0.0.0/24", -2)', "10.0.0.254"],
  ['cidrnetmask("10.0.0.0/12")', "255.240.0.0"],
  ['cidrsubnet("10.1.0.0/16", 8, 3)', "10.1.3.0/24"],
  ['cidrsubnets("10.1.0.0/16", 4, 8, 4)', ["10.1.0.0/20", "10.1.16.0/24", "10.1.32.0/20"]],
  ['coalesce("", null, "x")', "x"],
  ["coalescelist([], [1])", [1]],
  ['compact(["a", "", null, "b"])', ["a", "b"]],
  ["concat([1], [2, 3])", [1, 2, 3]],
  ['contains(var.list, "c")', true],
  ['distinct(["a", "b", "a"])', ["a", "b"]],
  ["element(var.list, 4)", "a"],
  ['endswith("abc", "bc")', true],
  ["flatten([[1, [2]], [], 3])", [1, 2, 3]],
  ["floor(-1.2)", -2],
  ['format("%s-%03d-%.1f-%t-%%", "a", 7, 1.25, true)', "a-007-1.2-true-%"],
  ['format("%5s|%-5s|%v", "a", "b", [1, "x"])', '    a|b    |[1,"x"]'],
  ['formatlist("%s-%s", "x", var.list)', ["x-b", "x-a", "x-c"]],
  ['index(var.list, "c")', 2],
  ['join(",", var.list)', "b,a,c"],
  ['jsondecode("{\\"a\\": [1, null]}")', { a: [1, null] }],
  ["jsonencode({ b = 1, a = [true] })", '{"a":[true],"b":1}'],
  ["keys(var.map)", ["y", "z"]],
  ["length(var.text)", 5],
  ["length(var.map)", 2],
  ['lookup(var.map, "x", 9)', 9],
  ['lower("ABC")', "abc"],
  ['matchkeys(["x", "y"], ["1", "2"], ["2"])', ["y"]],
  ["max(var.numbers...)", 3],
  ["merge({ a = 1 }, null, { a = 2, b = 3 })", { a: 2, b: 3 }],
  ["min(3, 1)", 1],
  ["one([])", null],
  ['one(["x"])', "x"],
  ['parseint("ff", 16)', 255],
  ["pow(2, 10)", 1024],
  ["range(3)", [0, 1, 2]],
  ["range(1, 8, 3)", [1, 4, 7]],
  ["range(3, 0)", [3, 2, 1]],
  ['regex("a(\\\\d)", "xa7")', ["7"]],
  ['regex("\\\\d+", "a12b")', "12"],
  ['regexall("(?i)[A-B]", "aBc")', ["a", "B"]],
  ['replace("a.b.c", ".", "-")', "a-b-c"],
  ['replace("a1b22", "/([0-9]+)/", "<$1>")', "a<1>b<22>"],
  ["reverse(var.list)", ["c", "a", "b"]],
  [
    'setproduct(["a", "b"], ["c"])',
    [
      ["a", "c"],
      ["b", "c"],
    ],
  ],
  ['setsubtract(["a", "b"], ["b"])', ["a"]],
  ["slice(var.list, 0, 2)", ["b", "a"]],
  ["sort(var.list)", ["a", "b", "c"]],
  ['split(",", "a,b")', ["a", "b"]],
  ['startswith("abc", "ab")', true],
  ['strcontains("abc", "b")', true],
  ['strrev("abc")', "cba"],
  ['substr("hello", 1, 3)', "ell"],
  ['substr("hello", -3, -1)', "llo"],
  ["sum(var.numbers)", 6],
  ['title("hello world")', "Hello World"],
  ['tobool("true")', true],
  ['tonumber("7")', 7],
  ["tostring(7)", "7"],
  ['toset(["a", "b", "a"])', ["a", "b"]],
  ['transpose({ a = ["x"], b = ["x"] })', { x: ["a", "b"] }],
  ['trim("--a--", "-")', "a"],
  ['trimprefix("a-b", "a-")', "b"],
  ['trimspace("  a ")', "a"],
  ['trimsuffix("a.pem", ".pem")', "a"],
  ['try(var.map.missing, var.objects[9], "none")', "none"],
  ["can(var.map.missing)", false],
  ["can(var.map.z)", true],
  ['upper("a")', "A"],
  ['urlencode("a b&c")', "a+b%26c"],
  ["values(var.map)", [2, 1]],
  ['zipmap(["a", "b"], [1, 2])', { a: 1, b: 2 }],
];

/** What depends on something that only Azure or a later run knows, and what is known of it all the same. */
const UNKNOWN: readonly (readonly [expression: string, value: unknown])[] = [
  ["var.later", "UNKNOWN"],
  ["var.later && false", false],
  ["true || var.later", true],
  ["var.later ? 1 : 1", 1],
  ["var.later ? 1 : 2", "UNKNOWN"],
  ["length([var.later, 1])", 2],
  ["[1, var.later]", [1, "UNKNOWN"]],
  ["merge({ a = 1 }, { b = var.later }).a", 1],
  ["merge({ a = 1 }, var.later)", "UNKNOWN"],
  ["{ a = var.later } == null", false],
  ["[for item in [1, var.later] : item][0]", 1],
  ["[for item in var.later : item]", "UNKNOWN"],
  ['"a-${var.later}"', "UNKNOWN"],
  ["try(var.later, 1)", "UNKNOWN"],
  ['file("x")', "UNKNOWN"],
  ["timestamp()", "UNKNOWN"],
  ["not_a_function(1)", "UNKNOWN"],
  ["1 / 0", "UNKNOWN"],
  ["var.list[9]", "UNKNOWN"],
  ["local.itself", "UNKNOWN"],
];

let parse: ParseHcl;
beforeAll(async () => {
  parse = await parserOfHcl();
});

/** What the reader makes of expressions, as JSON: what is not known as a word. */
function worked(expressions: readonly string[]): Json[] {
  const values = expressions.map((expression, index) => `output "o${index}" {\n value = ${expression}\n}\n`).join("");
  const text = `${VARIABLES}variable "later" {}\nlocals {\n itself = local.itself\n}\n${values}`;
  const { stack, errors } = readHcl({ name: "x", folder: "m" }, () => new Map([["main.tf", text]]), parse);
  expect(errors).toEqual([]);
  return expressions.map((_, index) => shown(stack.outputs[`o${index}`]));
}

function shown(value: Value): Json {
  if (value instanceof Unknown) return "UNKNOWN";
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, shown(item)]));
  return value ?? null;
}

describe("an expression", () => {
  it("is what Terraform says it is", () => {
    const all = worked(EXPRESSIONS.map(([expression]) => expression));
    expect(EXPRESSIONS.map(([expression], index) => [expression, all[index]])).toEqual(
      EXPRESSIONS.map((each) => [...each]),
    );
  });
  it("is not known where a part of it is not, unless the rest decides", () => {
    const all = worked(UNKNOWN.map(([expression]) => expression));
    expect(UNKNOWN.map(([expression], index) => [expression, all[index]])).toEqual(UNKNOWN.map((each) => [...each]));
  });
  it.runIf(hasTerraform)("is in this table as Terraform itself works it out", () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "main.tf"),
      `${VARIABLES}locals {\n${EXPRESSIONS.map(([expression], index) => `o${index} = ${expression}\n`).join("")}}\n`,
    );
    const list = EXPRESSIONS.map((_, index) => `local.o${index}`).join(", ");
    const { stdout, stderr } = spawnSync("terraform", ["console"], {
      cwd: folder,
      input: `jsonencode([${list}])\n`,
      encoding: "utf8",
      env: { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null", CHECKPOINT_DISABLE: "1" },
    });
    expect(stderr).toBe("");
    const all = JSON.parse(JSON.parse(stdout));
    expect(EXPRESSIONS.map(([expression], index) => [expression, all[index]])).toEqual(
      EXPRESSIONS.map((each) => [...each]),
    );
  });
});
