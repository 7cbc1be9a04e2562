"""Flows: SOPs, approvals, timers and automation. The room is reserved; nothing is exported yet."""
