"""What of secrets and stored sessions comes out where it should not."""
