"""The one language in which people say which tracks they mean. Pure."""
