import type { FileContent } from "../azure/certificate.ts";
import { FileProblem, type FileReason } from "../files/problem.ts";
import { readInput } from "../files/read.ts";
import { DEFAULT_CONFIG } from "./default-file.ts";
import type { Mistake } from "./mistake.ts";

/** Far above any real configuration: 2,000 environments take about 1 MB. */
const MAX_BYTES = 5 * 1024 * 1024;

/** The text of a configuration file, or why there is none. */
export function readConfigText(file: string): string | Mistake {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readInput(file, { maxBytes: MAX_BYTES }));
  } catch (error) {
    if (error instanceof TypeError) return { message: "this is not UTF-8 text", advice: "save the file as UTF-8" };
    const problem = error instanceof FileProblem ? mistakeOf(file, error) : undefined;
    if (problem === undefined) throw error;
    return problem;
  }
}

const BYTE_ORDER_MARK = "\ufeff";

/** The text with the byte order mark that its file starts with, which is no part of what is read. */
export function withByteOrderMark(file: string, text: string): string {
  const starts = readInput(file, { maxBytes: MAX_BYTES }).subarray(0, 3).toString() === BYTE_ORDER_MARK;
  return starts && !text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK + text : text;
}

function mistakeOf(file: string, problem: FileProblem): Mistake | undefined {
  switch (problem.reason) {
    case "missing":
      return {
        message: "there is no such file",
        advice: "write one with `azureml-aks init`, or name yours with --config FILE or AZUREML_AKS_CONFIG",
      };
    case "forbidden":
      return { message: "this file may not be read", advice: "give the user who runs this the right to read it" };
    case "folder":
      return {
        message: "this is a directory",
        advice: `name the file in it, for example ${file.replace(/\/$/, "")}/${DEFAULT_CONFIG}`,
      };
    case "special":
      return { message: "this is not a regular file", advice: "give the path of a YAML file" };
    case "too-large":
      return {
        message: `the file has ${megabytes(problem, MAX_BYTES)}`,
        advice: `a configuration has at most ${MAX_BYTES / 1024 / 1024} MB; is this the right file?`,
      };
    default:
      return undefined;
  }
}

/** A certificate or a key: a few kilobytes of text. Nothing else is read. */
const MAX_PEM_BYTES = 1024 * 1024;

/** Bytes of a PEM file, or why there are none; never waits for a pipe, and never reads what is far too large. */
export function readPemFile(file: string): FileContent {
  try {
    return { bytes: readInput(file, { maxBytes: MAX_PEM_BYTES }) };
  } catch (error) {
    const problem = error instanceof FileProblem ? PEM_PROBLEMS[error.reason]?.(error) : undefined;
    if (problem === undefined) throw error;
    return { problem };
  }
}

const PEM_PROBLEMS: Readonly<Record<FileReason, ((problem: FileProblem) => string) | undefined>> = {
  missing: () => "does not exist",
  forbidden: () => "may not be read",
  folder: () => "is a directory",
  special: () => "is not a regular file",
  "too-large": (problem) => `has ${megabytes(problem, MAX_PEM_BYTES)}, and a PEM file has a few kilobytes`,
  other: undefined,
};

function megabytes({ size }: FileProblem, most: number): string {
  return size === undefined ? `more than ${most / 1024 / 1024} MB` : `${Math.ceil(size / 1024 / 1024)} MB`;
}
