"""How the tables came to be, step by step; run by `storage.schema`, never by hand."""
