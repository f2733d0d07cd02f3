import { EXTENSION_MEMORY_GIB } from "./azureml-extension.ts";
import table from "./data/vm-sizes.json" with { type: "json" };

/** A virtual machine size. https://learn.microsoft.com/azure/virtual-machines/sizes/overview */
export interface VmSize {
  readonly name: string;
  /** vCPUs that a node really has: 32 for Standard_M128-32ms, whose parent size has 128. */
  readonly vCpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
}

let sizes: Map<string, string> | undefined;

/** A size by name, in any casing; undefined where the table does not know it. */
export function vmSize(name: string): VmSize | undefined {
  sizes ??= new Map(table.sizes.map((line) => [line.slice(0, line.indexOf(" ")).toLowerCase(), line]));
  const line = sizes.get(name.toLowerCase());
  if (line === undefined) return undefined;
  const [exact, vCpus, memoryMiB, gpus] = line.split(" ") as [string, string, string, string];
  return { name: exact, vCpus: Number(vCpus), memoryGiB: Number(memoryMiB) / 1024, gpus: Number(gpus) };
}

/** The size that a name without `Standard_`, or with other signs, means; undefined where there is none. */
export function meantSize(name: string): string | undefined {
  const joined = name.trim().replaceAll(/[\s.-]+/g, "_");
  return (vmSize(joined) ?? vmSize(`Standard_${joined}`))?.name;
}

/** The sizes of the table. */
export function vmSizeNames(): readonly string[] {
  return table.sizes.map((line) => line.slice(0, line.indexOf(" ")));
}

/**
 * The number of vCPUs in a name in lower case without `Standard_`; of two numbers the second, for constrained sizes. It
 * is of a family that is known: another may count otherwise. A pattern of JavaScript and Terraform alike.
 * https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions
 */
export const VCPUS_IN_NAME = "^(?:a|b|d|ds|dc|e|ec|f|fx|g|gs|h|hb|hc|hx|l|m|nc|ncc|nd|ng|np|nv|pb)(?:[0-9]+-)?([0-9]+)";

/** GiB of memory for each vCPU, by the first pattern that a name has. Other sizes have enough for the extension. */
export const MEMORY_OF_VCPU: readonly (readonly [pattern: string, gib: number])[] = [
  // F, Fs, Fsv2, Av2, NG, and `l` for low memory
  ["^(?:f[0-9]+s?(?:_v2)?$|a[0-9]+_v2$|ng|[bdf][0-9]+p?a?l)", 2],
  ["^[bd]s?[0-9]+[a-z]*(?:_|$)", 4],
];

let otherVCpus: Readonly<Record<string, number>> | undefined;

/** vCPUs of the sizes whose name says another number, by their name in lower case without `Standard_`. */
export function vCpusUnlikeName(): Readonly<Record<string, number>> {
  otherVCpus ??= unlike(vCpusInName, ({ vCpus }) => vCpus);
  return otherVCpus;
}

let otherMemory: Readonly<Record<string, number>> | undefined;

/** Memory in GiB, up to what the extension needs, of the sizes that have another than by `MEMORY_OF_VCPU`. */
export function memoryUnlikeName(): Readonly<Record<string, number>> {
  const byName = (name: string): number => {
    const [, gib] = MEMORY_OF_VCPU.find(([pattern]) => new RegExp(pattern).test(name)) ?? [];
    return Math.min((gib ?? EXTENSION_MEMORY_GIB) * vCpusInName(name), EXTENSION_MEMORY_GIB);
  };
  otherMemory ??= unlike(byName, ({ memoryGiB }) => Math.min(memoryGiB, EXTENSION_MEMORY_GIB));
  return otherMemory;
}

function vCpusInName(name: string): number {
  return Number(new RegExp(VCPUS_IN_NAME).exec(name)?.[1]);
}

function unlike(byName: (name: string) => number, of: (size: VmSize) => number): Record<string, number> {
  return Object.fromEntries(
    vmSizeNames().flatMap((exact) => {
      const size = vmSize(exact) as VmSize;
      const name = exact.toLowerCase().replace("standard_", "");
      return byName(name) === of(size) ? [] : [[name, of(size)] as const];
    }),
  );
}

/**
 * Series that Microsoft has retired or will.
 * https://learn.microsoft.com/azure/virtual-machines/sizes/retirement/retired-sizes-list
 */
const RETIREMENTS: readonly (readonly [series: string, pattern: RegExp, date: string])[] = [
  ["NCv3", /^Standard_NC\d+r?s_v3$/i, "2025-09-30"],
  ["NVv3", /^Standard_NV\d+s_v3$/i, "2026-09-30"],
  ["NVv4", /^Standard_NV\d+as_v4$/i, "2026-09-30"],
  ["D, DS, Dv2 and DSv2", /^Standard_DS?\d+(-\d+)?(_v2)?(_Promo)?$/i, "2028-05-01"],
  ["Ls", /^Standard_L\d+s$/i, "2028-05-01"],
  ["Av2", /^Standard_A\d+m?_v2$/i, "2028-11-15"],
  ["B, first version", /^Standard_B\d+[a-z]*$/i, "2028-11-15"],
  ["F, Fs and Fsv2", /^Standard_F\d+(-\d+)?s?(_v2)?$/i, "2028-11-15"],
  ["G and GS", /^Standard_GS?\d+(-\d+)?$/i, "2028-11-15"],
  ["Lsv2", /^Standard_L\d+s_v2$/i, "2028-11-15"],
];

/** When the series of a size retires or has retired: ISO date. Undefined where no date is announced. */
export function vmRetirement(name: string): { readonly series: string; readonly date: string } | undefined {
  const found = RETIREMENTS.find(([, pattern]) => pattern.test(name));
  return found && { series: found[0], date: found[2] };
}

/** Burstable sizes, which AKS does not take for system pools. */
export function isBurstable(name: string): boolean {
  return /^Standard_B\d/i.test(name);
}
