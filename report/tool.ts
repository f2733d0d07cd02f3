import manifest from "../package.json" with { type: "json" };

/** What made the report. */
export const TOOL = { name: "azureml-aks", version: manifest.version } as const;
