"""Forms: definitions, field types, generated screens, imports and exports."""
