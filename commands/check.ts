import type { Argv } from "yargs";
import { assessFile, DEFAULT_OUTPUT } from "../assess/assess-file.ts";
import { type CertificateFiles, readCertificateFiles } from "../azure/certificate.ts";
import { UsageError } from "../command-line/failure.ts";
import { type ConfigArguments, configFile, configOptions, emit, last, type ReportArguments, reportOptions } from "../command-line/options.ts";
import { readPemFile } from "../config/load.ts";
import { exitStatus } from "../report/report.ts";
import { today } from "../sources/today.ts";

interface CheckArguments extends ConfigArguments, ReportArguments {
  readonly certificate?: string;
  readonly key?: string;
}

export function builder(args: Argv): Argv<CheckArguments> {
  const file = { type: "string", nargs: 1, requiresArg: true, coerce: last } as const;
  return reportOptions(configOptions(args))
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
  const { report, assessment } = assessFile(configFile(args), {
    environments: args.environment,
    outputDirectory: DEFAULT_OUTPUT,
    today: today(),
    certificateFiles: certificateFilesOf(args),
  });
  if (args.certificate !== undefined && assessment && !assessment.hasOwnCertificate) {
    throw new UsageError("--certificate: no attachment here has a certificate of its own (tls.cname) for which to judge it");
  }
  await emit(report, args);
  return exitStatus(report, args.failOn ?? "error");
}

function certificateFilesOf({ certificate, key }: CheckArguments): CertificateFiles | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) throw new UsageError("give --certificate and --key together");
  return readCertificateFiles({
    certificateFile: certificate,
    certificate: readPemFile(certificate),
    keyFile: key,
    key: readPemFile(key),
  });
}
