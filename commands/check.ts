import type { Argv } from "yargs";
import type { HclOptions } from "../assess/assess-hcl.ts";
import { type CertificateFiles, readCertificateFiles } from "../azure/certificate.ts";
import { type BaselineArguments, baselineOptions, withBaseline } from "../command-line/baseline.ts";
import {
  configOptions,
  emit,
  last,
  quietOption,
  type ReportArguments,
  reportOptions,
  showsFixes,
} from "../command-line/options.ts";
import { allRules, type RulesArguments, rulesOption } from "../command-line/own-rules.ts";
import { type SourceArguments, sourceNamed, sourceOptions } from "../command-line/source.ts";
import { readPemFile } from "../config/read.ts";
import { UserError } from "../errors/user-error.ts";
import { withFixes } from "../fix/prove.ts";
import type { Judged, Source } from "../fix/source.ts";
import { exitStatus } from "../report/report.ts";
import { today } from "../sources/today.ts";

interface CheckArguments extends ReportArguments, SourceArguments, BaselineArguments, RulesArguments {
  readonly environment?: readonly string[];
  readonly certificate?: string;
  readonly key?: string;
}

export function builder(args: Argv): Argv<CheckArguments> {
  const file = { type: "string", nargs: 1, requiresArg: true, coerce: last } as const;
  return rulesOption(quietOption(baselineOptions(reportOptions(sourceOptions(configOptions(args))))))
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
  const { environment, certificate, key } = args;
  const named = sourceNamed(args, { environment, certificate, key });
  return "paths" in named ? checkTerraform(args, named) : checkConfiguration(args, named.file);
}

async function checkTerraform(args: CheckArguments, options: HclOptions): Promise<number> {
  // Loads the parser, which no check of a configuration needs.
  const { hclSource } = await import("../fix/hcl-source.ts");
  const source = await hclSource(options, today(), await allRules(args));
  return report(args, source, source.judge());
}

async function checkConfiguration(args: CheckArguments, file: string): Promise<number> {
  // Loads cdktf, which no check of Terraform needs.
  const { configFileSource } = await import("../fix/config-source.ts");
  const source = configFileSource(file, {
    environments: args.environment,
    today: today(),
    rules: await allRules(args),
    certificateFiles: certificateFilesOf(args),
  });
  const judged = source.judge();
  if (args.certificate !== undefined && judged.assessment && !judged.assessment.hasOwnCertificate) {
    throw new UserError(
      "--certificate: no attachment here has a certificate of its own (tls.cname) for which to judge it",
    );
  }
  return report(args, source, judged);
}

async function report(args: CheckArguments, source: Source, judged: Judged): Promise<number> {
  const report = withBaseline(showsFixes(args) ? withFixes(source, judged) : judged.report, args);
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
