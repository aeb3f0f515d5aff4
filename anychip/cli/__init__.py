"""The command line: ``anychip run | nvcc | doctor | show | toolkit-path | cache``."""
