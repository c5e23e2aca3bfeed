# A Cognito user pool for a site on axum-cognito: pool, app client, domain with managed login, and
# Google as a second way in if it is wanted.

locals {
  has_google = var.google_client_id != ""
}

resource "aws_cognito_user_pool" "main" {
  name                = var.name
  user_pool_tier      = var.threat_protection ? "PLUS" : "ESSENTIALS"
  deletion_protection = "ACTIVE"

  # These three cannot be changed later.
  alias_attributes = ["email"]

  username_configuration {
    case_sensitive = false
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
    mutable             = true
  }

  auto_verified_attributes = ["email"]

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = false
    require_numbers                  = false
    require_symbols                  = false
    require_uppercase                = false
    temporary_password_validity_days = 3
  }

  sign_in_policy {
    allowed_first_auth_factors = ["PASSWORD"]
  }

  mfa_configuration = "OPTIONAL"

  software_token_mfa_configuration {
    enabled = true
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = !var.self_sign_up
  }

  email_configuration {
    email_sending_account = "DEVELOPER"
    source_arn            = var.email_identity_arn
    from_email_address    = var.email_from
  }

  dynamic "user_pool_add_ons" {
    for_each = var.threat_protection ? [true] : []

    content {
      advanced_security_mode = "ENFORCED"
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_cognito_user_pool_client" "site" {
  name            = var.name
  user_pool_id    = aws_cognito_user_pool.main.id
  generate_secret = true

  # SRP alone; tokens are renewed by rotation, which goes without ALLOW_REFRESH_TOKEN_AUTH.
  explicit_auth_flows = ["ALLOW_USER_SRP_AUTH"]

  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 10
  }

  enable_token_revocation                       = true
  prevent_user_existence_errors                 = "ENABLED"
  enable_propagate_additional_user_context_data = var.threat_protection

  access_token_validity  = 60
  id_token_validity      = 60
  refresh_token_validity = 30

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }

  auth_session_validity = 5

  read_attributes  = ["email", "email_verified", "family_name", "given_name"]
  write_attributes = ["email", "family_name", "given_name"]

  # A name here has to exist before.
  supported_identity_providers = concat(["COGNITO"], aws_cognito_identity_provider.google[*].provider_name)

  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  # Not `profile`: for it the app client would have to read every attribute that it stands for.
  allowed_oauth_scopes = ["openid", "email", "aws.cognito.signin.user.admin"]
  callback_urls        = [var.callback_url]
  logout_urls          = [var.sign_out_url]
}

resource "aws_cognito_user_pool_domain" "main" {
  user_pool_id          = aws_cognito_user_pool.main.id
  domain                = var.domain_prefix
  managed_login_version = 2
}

# Without a style, managed login shows "Login pages unavailable".
resource "aws_cognito_managed_login_branding" "site" {
  user_pool_id                = aws_cognito_user_pool.main.id
  client_id                   = aws_cognito_user_pool_client.site.id
  use_cognito_provided_values = true
}

resource "aws_cognito_identity_provider" "google" {
  count = local.has_google ? 1 : 0

  user_pool_id  = aws_cognito_user_pool.main.id
  provider_name = "Google"
  provider_type = "Google"

  provider_details = {
    client_id        = var.google_client_id
    client_secret    = var.google_client_secret
    authorize_scopes = "openid email profile"
  }

  attribute_mapping = {
    username       = "sub"
    email          = "email"
    email_verified = "email_verified"
    family_name    = "family_name"
    given_name     = "given_name"
  }

  # AWS fills these in.
  lifecycle {
    ignore_changes = [
      provider_details["attributes_url"],
      provider_details["attributes_url_add_attributes"],
      provider_details["authorize_url"],
      provider_details["oidc_issuer"],
      provider_details["token_request_method"],
      provider_details["token_url"],
    ]
  }
}
