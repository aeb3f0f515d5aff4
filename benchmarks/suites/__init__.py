"""Public CUDA programs built by ``anychip nvcc`` and run: which pass, and why the others do not.

Only an index of the programs is kept here (where a program lies in its repository, how it is built and run, how it says
that its result is right); their files come from clones on the user's machine.
"""
