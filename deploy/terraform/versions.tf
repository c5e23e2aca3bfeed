terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Styles of managed login came with 6.0.
      version = ">= 6.0"
    }
  }
}
