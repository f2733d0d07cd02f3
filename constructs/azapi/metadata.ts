/** The provider that every construct of azapi asks for, in the exact version that azureml-aks is tested with. */
export const AZAPI_METADATA = {
  providerName: "azapi",
  providerVersion: "2.12.0",
  providerVersionConstraint: "2.12.0",
};
