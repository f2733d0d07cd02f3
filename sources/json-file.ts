import { gunzipSync } from "node:zlib";
import { UserError } from "../errors/user-error.ts";
import { parseJson } from "./parse-json.ts";

/** What V8 takes as one text. */
const LONGEST_TEXT = 2 ** 29 - 25;

const MEGABYTE = 1024 * 1024;

/** The largest file that is read where nothing else is said, unpacked, in bytes. */
export const DEFAULT_MAX_BYTES = 200 * MEGABYTE;

/** What a reader expects in a file, for the sentences about what was given instead. */
export interface ExpectedJson {
  /** What it is, for example `plan of Terraform`. */
  readonly noun: string;
  /** How to make it, as the end of a sentence. */
  readonly howToMake: string;
  /** The command that makes it again, where it breaks off. */
  readonly again: string;
}

/**
 * The JSON in the bytes of a file: UTF-8 or UTF-16, with or without a byte order mark, gzipped or not. Throws
 * UserError, which says what was given instead. Neither what is unpacked nor what it takes in memory goes far beyond
 * the greatest number of bytes.
 */
export function readJsonFile(content: Uint8Array, maxBytes: number, expected: ExpectedJson): unknown {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004")))
    throw new UserError("is a plan in Terraform's own binary form: give the output of `terraform show -json` of it");
  const text = decode(bytes[0] === 0x1f && bytes[1] === 0x8b ? unzip(bytes, maxBytes) : bytes, maxBytes);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${error.message}: this is not a ${expected.noun}`);
    throw new UserError(whatIsNoJson(text, error, expected));
  }
}

function unzip(bytes: Buffer, maxBytes: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const isTooBig = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw isTooBig ? tooLarge(maxBytes) : new UserError("is compressed, and damaged: copy it again");
  }
}

/** The size that was allowed, and how to allow more. */
export function tooLarge(maxBytes: number): UserError {
  const advice = maxBytes < LONGEST_TEXT ? ": if that is right, allow more with --max-size" : "";
  return new UserError(`holds more than ${Math.ceil(maxBytes / MEGABYTE)} MB${advice}`);
}

function decode(bytes: Buffer, maxBytes: number): string {
  if (bytes.length > Math.min(maxBytes, LONGEST_TEXT)) throw tooLarge(Math.min(maxBytes, LONGEST_TEXT));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString("utf8", 3);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return bigEndian(bytes.subarray(2));
  // JSON starts with a brace or a bracket: the other byte of it tells the order.
  if (bytes.length > 1 && bytes[1] === 0) return bytes.toString("utf16le");
  if (bytes.length > 1 && bytes[0] === 0) return bigEndian(bytes);
  return bytes.toString("utf8");
}

function bigEndian(bytes: Buffer): string {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return Buffer.from(even).swap16().toString("utf16le");
}

/** Names what was given. Node's own message quotes the text, which may be a secret. */
function whatIsNoJson(text: string, error: unknown, { howToMake, again }: ExpectedJson): string {
  const start = text.slice(0, 20_000);
  if (start.trim() === "") return `is empty: ${howToMake}`;
  const [firstLine = ""] = start.split("\n");
  if (/^\s*\{.*\}\s*$/.test(firstLine) && /"@(level|message)"/.test(firstLine))
    return `is the log that \`terraform plan -json\` writes: ${howToMake}`;
  if (/^\s*[[{]/.test(start)) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    const line = position === undefined ? "" : ` in line ${text.slice(0, Number(position)).split("\n").length}`;
    return `is not complete JSON: it breaks off or is damaged${line}; make it again with ${again}`;
  }
  if (/Terraform (will perform|used the selected providers)|^No changes\./m.test(start))
    return `is a plan as people read it: ${howToMake}`;
  if (/^\s*(terraform|provider|resource|data|module|variable|output|locals|moved|import|check)\b[^\n]*\{/m.test(start))
    return `is Terraform configuration: ${howToMake}`;
  if (/^(\S+: |- )/m.test(start)) return `is YAML: ${howToMake}`;
  return `is not JSON: ${howToMake}`;
}
