# The workspaces of an azureml-aks configuration in HCP Terraform, in the order of its stacks, with the run task:
#   azureml-aks stacks --format json > stacks.json
#   terraform init && terraform apply
terraform {
  # Ephemeral values and write-only arguments.
  required_version = ">= 1.11"
  required_providers {
    tfe = {
      source  = "hashicorp/tfe"
      version = ">= 0.64"
    }
  }
}

data "tfe_project" "project" {
  organization = var.organization
  name         = var.project
}

resource "tfe_workspace" "stack" {
  for_each = local.stacks

  organization      = var.organization
  project_id        = data.tfe_project.project.id
  name              = each.value.workspace
  description       = "The stack ${each.key} of azureml-aks"
  terraform_version = var.terraform_version
  auto_apply        = each.value.auto_apply
  # The first plan of a later stack fails while an earlier one was never applied: start the first runs by hand, in order.
  queue_all_runs        = false
  working_directory     = var.repository == null ? null : each.value.directory
  file_triggers_enabled = var.repository == null ? null : true
  trigger_patterns      = var.repository == null ? null : ["${each.value.directory}/**"]

  dynamic "vcs_repo" {
    for_each = var.repository == null ? [] : [var.repository]
    content {
      identifier                 = vcs_repo.value.identifier
      branch                     = vcs_repo.value.branch
      oauth_token_id             = vcs_repo.value.oauth_token_id
      github_app_installation_id = vcs_repo.value.github_app_installation_id
    }
  }
}

resource "tfe_workspace_settings" "stack" {
  for_each = local.stacks

  workspace_id   = tfe_workspace.stack[each.key].id
  execution_mode = each.value.needs_agent ? "agent" : "remote"
  agent_pool_id  = each.value.needs_agent ? var.agent_pool_id : null
}

resource "tfe_run_trigger" "order" {
  for_each = local.run_triggers

  workspace_id  = tfe_workspace.stack[each.value.stack].id
  sourceable_id = tfe_workspace.stack[each.value.after].id
}

resource "tfe_variable_set" "azure" {
  organization = var.organization
  name         = "azureml-aks ${var.project}"
  description  = "Signs in to Azure without a secret"
}

resource "tfe_workspace_variable_set" "azure" {
  for_each = local.stacks

  workspace_id    = tfe_workspace.stack[each.key].id
  variable_set_id = tfe_variable_set.azure.id
}

resource "tfe_variable" "azure" {
  for_each = local.environment_variables

  variable_set_id = tfe_variable_set.azure.id
  category        = "env"
  key             = each.key
  value           = each.value
}

resource "tfe_organization_run_task" "review" {
  count = var.run_task == null ? 0 : 1

  organization = var.organization
  name         = "azureml-aks"
  description  = "What the plan means for the attachment, and every rule"
  url          = var.run_task.url
  hmac_key_wo  = var.run_task_hmac_key
}

resource "tfe_workspace_run_task" "review" {
  for_each = var.run_task == null ? {} : local.stacks

  workspace_id      = tfe_workspace.stack[each.key].id
  task_id           = tfe_organization_run_task.review[0].id
  enforcement_level = var.run_task.enforcement
  stages            = ["post_plan"]
}

output "subjects" {
  description = "Subjects of the federated credentials that the service principal needs."
  value       = local.subjects
}
