"""The documentation: read as pages, checked for links and form, built into HTML."""
