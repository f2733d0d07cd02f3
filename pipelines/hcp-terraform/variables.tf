variable "organization" {
  type        = string
  description = "The organization, as in backend.cloud of the configuration."
}

variable "project" {
  type        = string
  description = "The project, as in backend.cloud of the configuration. It is there already."
}

variable "stacks_file" {
  type        = string
  default     = "stacks.json"
  description = "What azureml-aks stacks --format json writes."
}

variable "workspace" {
  type        = string
  default     = "{stack}"
  description = "Names of the workspaces, as in backend.cloud.workspace. Only {stack} is known here."
  validation {
    condition     = strcontains(var.workspace, "{stack}")
    error_message = "Each stack needs a workspace of its own: put {stack} into the name."
  }
}

variable "terraform_version" {
  type        = string
  default     = "~> 1.11"
  description = "The version of Terraform that the runs use: 1.11 or later."
}

variable "repository" {
  type = object({
    identifier                 = string
    branch                     = optional(string)
    oauth_token_id             = optional(string)
    github_app_installation_id = optional(string)
  })
  default     = null
  description = "The repository that holds cdktf.out. Without it, runs are started from the command line."
  validation {
    condition = var.repository == null ? true : (
      (var.repository.oauth_token_id == null) != (var.repository.github_app_installation_id == null)
    )
    error_message = "Give either oauth_token_id or github_app_installation_id."
  }
}

variable "azure" {
  type = object({
    client_id       = string
    tenant_id       = string
    subscription_id = string
  })
  description = "The service principal whose federated credentials trust the workspaces."
}

variable "auto_apply" {
  type        = set(string)
  default     = []
  description = "Environments whose runs are applied without anybody's approval. Leave production out."
}

variable "agent_pool_id" {
  type        = string
  default     = null
  description = "An agent pool inside the network of private clusters. Without it, all runs are remote."
}

variable "private_clusters" {
  type        = set(string)
  default     = []
  description = "Clusters as <environment>-<cluster>, whose API server only the agents reach."
}

variable "run_task" {
  type = object({
    url         = string
    enforcement = optional(string, "mandatory")
  })
  default     = null
  description = "The address of azureml-aks run-task, and whether it may stop a run: mandatory or advisory."
  validation {
    condition     = var.run_task == null ? true : contains(["mandatory", "advisory"], var.run_task.enforcement)
    error_message = "The enforcement is mandatory or advisory."
  }
}

variable "run_task_hmac_key" {
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true
  description = "The key that azureml-aks run-task is started with. It is in no plan and no state."
}
