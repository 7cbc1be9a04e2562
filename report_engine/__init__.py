"""Reports, dashboards and documents. The room is reserved; nothing is exported yet."""
