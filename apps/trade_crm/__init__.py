"""The trade CRM: definitions, templates and a little Python on top of the platform."""
