"""Other libraries that read pages and act on them, to be measured beside this one."""
