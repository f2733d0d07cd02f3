import { Token, Tokenization } from "../constructs/cdktf.ts";

type ResolveOptions = Parameters<typeof Tokenization.resolve>[1];

/**
 * Runs what makes and resolves tokens, without what takes most of the time and gives nothing: cdktf captures a stack
 * trace for each token, in case that somebody asks where it was made, and looks for tokens of five kinds in every value.
 * What comes of it is the same, and errors keep their stack traces.
 */
export function withLeanTokens<T>(run: () => T): T {
  const { captureStackTrace } = Error;
  const { resolve } = Tokenization;
  Error.captureStackTrace = () => {};
  Tokenization.resolve = (value, options) => resolveTokens(value, options, resolve);
  try {
    return run();
  } finally {
    Error.captureStackTrace = captureStackTrace;
    Tokenization.resolve = resolve;
  }
}

/** cdktf refuses what is deeper, and says that it refers to itself. */
const DEEPEST = 200;

/** Copies what is plain, as cdktf does, and has cdktf resolve each part that may be or have a token. */
function resolveTokens(value: unknown, options: ResolveOptions, resolve: typeof Tokenization.resolve): unknown {
  const copy = (part: unknown, depth: number): unknown => {
    if (depth > DEEPEST || mayHaveToken(part)) return resolve(part, options);
    if (Array.isArray(part)) return part.map((item) => copy(item, depth + 1)).filter((item) => item !== undefined);
    if (typeof part !== "object" || part === null || part instanceof Date) return part;
    const copied: Record<string, unknown> = {};
    for (const key of Object.keys(part)) {
      const item = copy((part as Readonly<Record<string, unknown>>)[key], depth + 1);
      if (item !== undefined) copied[key] = item;
    }
    return copied;
  };
  try {
    return copy(value, 0);
  } catch {
    // cdktf says where in the whole the error is.
    return resolve(value, options);
  }
}

function mayHaveToken(value: unknown): boolean {
  if (typeof value === "string") return mayBeToken(value);
  if (typeof value === "number") return value < -1e9 || value === Token.NUMBER_MAP_TOKEN_VALUE;
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => typeof item !== "object" && mayHaveToken(item));
  // A token is an object that resolves itself. cdktf refuses a construct.
  return "resolve" in value || "_children" in value || Object.keys(value).some(mayBeToken);
}

/** A token in a string is `TfToken[...]` in braces; a number that is a token is written with an exponent. */
function mayBeToken(text: string): boolean {
  return text.includes("TfToken") || text.includes("${") || text.includes("e+") || text.endsWith(MAP_TOKEN);
}

const MAP_TOKEN = " Map Token Value";
