# What follows from the list of stacks alone: terraform console evaluates it without a provider.
locals {
  stacks = { for stack in jsondecode(file(var.stacks_file)) : stack.name => merge(stack, {
    workspace  = replace(var.workspace, "{stack}", stack.name)
    auto_apply = anytrue([for environment in var.auto_apply : startswith(stack.name, "${environment}-")])
    # What talks to the API server of a cluster.
    needs_agent = var.agent_pool_id == null ? false : anytrue([
      for cluster in var.private_clusters : contains(["${cluster}-kubernetes", "${cluster}-manifests"], stack.name)
    ])
  }) }

  # A stack runs after each one that it depends on.
  run_triggers = merge([for name, stack in local.stacks : {
    for first in stack.dependsOn : "${first} ${name}" => { after = first, stack = name }
  }]...)

  environment_variables = {
    TFC_AZURE_PROVIDER_AUTH = "true"
    TFC_AZURE_RUN_CLIENT_ID = var.azure.client_id
    ARM_TENANT_ID           = var.azure.tenant_id
    ARM_SUBSCRIPTION_ID     = var.azure.subscription_id
  }

  # What the federated credentials of the service principal need: one for the plans of a workspace, one for its applies.
  subjects = flatten([for stack in local.stacks : [for phase in ["plan", "apply"] :
    "organization:${var.organization}:project:${var.project}:workspace:${stack.workspace}:run_phase:${phase}"
  ]])
}
