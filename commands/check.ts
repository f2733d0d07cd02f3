import type { Argv } from "yargs";
import { type CertificateFiles, readCertificateFiles } from "../azure/certificate.ts";
import {
  type ConfigArguments,
  configFile,
  configOptions,
  emit,
  last,
  type ReportArguments,
  reportOptions,
} from "../command-line/options.ts";
import { readPemFile } from "../config/read.ts";
import { UserError } from "../errors/user-error.ts";
import { isFolder } from "../files/read.ts";
import { STDIN } from "../files/stdin.ts";
import { exitStatus } from "../report/report.ts";
import { today } from "../sources/today.ts";

interface CheckArguments extends ConfigArguments, ReportArguments {
  readonly path?: readonly string[];
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
  readonly certificate?: string;
  readonly key?: string;
}

export function builder(args: Argv): Argv<CheckArguments> {
  const file = { type: "string", nargs: 1, requiresArg: true, coerce: last } as const;
  const several = { type: "string", array: true, nargs: 1, requiresArg: true } as const;
  return reportOptions(configOptions(args))
    .positional("path", {
      type: "string",
      array: true,
      describe:
        "folders and files of Terraform (.tf, .tf.json), or a configuration, - for one on standard input [default: the configuration]",
    })
    .option("var", {
      ...several,
      describe: "a variable of Terraform, as in --var size=Standard_D4s_v5; may be repeated",
    })
    .option("var-file", { ...several, describe: "a file of variables of Terraform; may be repeated" })
    .option("certificate", {
      ...file,
      describe: "PEM file of your certificate and its chain, judged before anything is deployed; with --key",
    })
    .option("key", {
      ...file,
      describe: "PEM file of its private key; with --certificate",
    }) as unknown as Argv<CheckArguments>;
}

export async function handler(args: CheckArguments): Promise<number> {
  const { path: paths = [] } = args;
  const isConfiguration = (path: string): boolean => path === STDIN || /\.ya?ml$/i.test(path);
  if (paths.some((path) => !isConfiguration(path))) return checkTerraform(args, paths);
  if (paths.length > 1) throw new UserError(`${paths.join(" and ")}: give one configuration`);
  if (paths[0] !== undefined && args.config !== undefined)
    throw new UserError("give the configuration once: as an argument, or with --config");
  if (args.var || args.varFile)
    throw new UserError("--var and --var-file are for Terraform, and a configuration is checked: name a folder");
  return checkConfiguration(paths[0] === undefined ? args : { ...args, config: paths[0] });
}

async function checkTerraform(args: CheckArguments, paths: readonly string[]): Promise<number> {
  const [given] = Object.entries({
    config: args.config,
    environment: args.environment,
    certificate: args.certificate,
    key: args.key,
  }).filter(([, value]) => value !== undefined);
  if (given) throw new UserError(`--${given[0]} is for a configuration, and Terraform is checked`);
  for (const path of paths)
    if (/\.[^/.]+$/.test(path) && !/\.tf(\.json)?$/.test(path) && !isFolder(path))
      throw new UserError(`${path}: a folder, a .tf or a .tf.json file is needed, or a .yaml file for a configuration`);
  // Loads the parser, which no check of a configuration needs.
  const { assessHcl } = await import("../assess/assess-hcl.ts");
  const report = await assessHcl({ paths, variableFiles: args.varFile, variables: variablesOf(args.var) }, today());
  await emit(report, args);
  return exitStatus(report, args.failOn ?? "error");
}

function variablesOf(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([\w-]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new UserError(`--var ${text.slice(0, 40)}: give a name and a value, as in --var size=Standard_D4s_v5`);
      return [name, value];
    }),
  );
}

async function checkConfiguration(args: CheckArguments): Promise<number> {
  // Loads cdktf, which no check of Terraform needs.
  const { assessFile, DEFAULT_OUTPUT } = await import("../assess/assess-file.ts");
  const { report, assessment } = assessFile(configFile(args), {
    environments: args.environment,
    outputDirectory: DEFAULT_OUTPUT,
    today: today(),
    certificateFiles: certificateFilesOf(args),
  });
  if (args.certificate !== undefined && assessment && !assessment.hasOwnCertificate) {
    throw new UserError(
      "--certificate: no attachment here has a certificate of its own (tls.cname) for which to judge it",
    );
  }
  await emit(report, args);
  return exitStatus(report, args.failOn ?? "error");
}

function certificateFilesOf({ certificate, key }: CheckArguments): CertificateFiles | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) throw new UserError("give --certificate and --key together");
  return readCertificateFiles({
    certificateFile: certificate,
    certificate: readPemFile(certificate),
    keyFile: key,
    key: readPemFile(key),
  });
}
