"""The field types, one file each, and the registry through which built-in and plugin types enter alike."""
