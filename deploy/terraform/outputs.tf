data "aws_region" "current" {}

output "user_pool_id" {
  description = "COGNITO_USER_POOL_ID"
  value       = aws_cognito_user_pool.main.id
}

output "app_client_id" {
  description = "COGNITO_APP_ID"
  value       = aws_cognito_user_pool_client.site.id
}

output "app_client_secret" {
  description = "COGNITO_APP_SECRET"
  value       = aws_cognito_user_pool_client.site.client_secret
  sensitive   = true
}

output "domain_url" {
  description = "COGNITO_DOMAIN"
  value       = "https://${var.domain_prefix}.auth.${data.aws_region.current.region}.amazoncognito.com"
}
