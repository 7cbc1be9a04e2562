"""The beginnings of a form: from nothing, from a spreadsheet, from a template."""
