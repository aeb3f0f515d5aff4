"""The command line: ``anychip run | nvcc | doctor | show | cache``."""
