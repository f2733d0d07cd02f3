/** The configuration file where none is named. */
export const DEFAULT_CONFIG = "azureml-aks.yaml";
