import fc from "fast-check";

// Every run takes the same inputs, so that what passes here passes there. `npm run fuzz` takes others each time.
fc.configureGlobal({ seed: 20261126 });

/** How often a property is tried: `npm run test:slow` tries the same files again, with all inputs. */
export function runs(all: number, few: number): number {
  return process.env.AZUREML_AKS_ALL_RUNS === "1" ? all : few;
}
