"""`/api/v1/records`: what a program reads and writes, and how the OpenAPI document describes it."""
