/**
 * Where the providers of what is in a cluster keep which cluster that is: kubernetes and kubectl, helm in its block or
 * map, and kustomization in its kubeconfig.
 */
export const HOST_PATHS = [["host"], ["kubernetes", "host"], ["kubeconfig_raw"]] as const;
