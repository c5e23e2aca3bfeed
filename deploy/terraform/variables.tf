variable "name" {
  description = "The name of the user pool and of the app client."
  type        = string
  default     = "site"
}

variable "callback_url" {
  description = "COGNITO_CALLBACK_URL, to the letter. Cognito compares the whole address."
  type        = string

  validation {
    condition     = can(regex("^https://.+$|^http://localhost(:[0-9]+)?/.*$", var.callback_url))
    error_message = "Cognito takes https, and plain http for localhost alone."
  }
}

variable "sign_out_url" {
  description = "COGNITO_SIGN_OUT_URL, to the letter."
  type        = string

  validation {
    condition     = can(regex("^https://.+$|^http://localhost(:[0-9]+)?/.*$", var.sign_out_url))
    error_message = "Cognito takes https, and plain http for localhost alone."
  }
}

variable "domain_prefix" {
  description = "The first part of <prefix>.auth.<region>.amazoncognito.com; without aws, amazon and cognito."
  type        = string
}

variable "self_sign_up" {
  description = "Whether strangers may sign up. Needs a sign-up page at the site."
  type        = bool
  default     = false
}

variable "email_identity_arn" {
  description = "The verified identity in Amazon SES that mails come from."
  type        = string
}

variable "email_from" {
  description = "The sender of mails, e.g. \"Shop <no-reply@example.com>\"."
  type        = string
}

variable "google_client_id" {
  description = "The OAuth client id at Google. Empty, people come in by password alone."
  type        = string
  default     = ""
}

variable "google_client_secret" {
  description = "The OAuth client secret at Google. Terraform keeps it in its state: guard that."
  type        = string
  default     = ""
  sensitive   = true
}

variable "threat_protection" {
  description = "Whether Cognito looks at how risky a login is. Needs the tier PLUS, which has its price."
  type        = bool
  default     = false
}
