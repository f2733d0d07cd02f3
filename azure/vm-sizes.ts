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

/** vCPUs of every size, by its name in lower case without `Standard_`, for what is computed elsewhere. */
export function vCpusBySize(): Record<string, number> {
  return bySize(([vCpus]) => Number(vCpus));
}

/** Memory of every size in GiB, in the same way. */
export function memoryBySize(): Record<string, number> {
  return bySize(([, memoryMiB]) => Number(memoryMiB) / 1024);
}

function bySize(read: (fields: readonly string[]) => number): Record<string, number> {
  return Object.fromEntries(
    table.sizes.map((line) => {
      const [name = "", ...fields] = line.split(" ");
      return [name.toLowerCase().replace("standard_", ""), read(fields)];
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
