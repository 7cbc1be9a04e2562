"""The ground floor: one façade per subject. Import `platform_core.<subject>`, never what is inside one."""
