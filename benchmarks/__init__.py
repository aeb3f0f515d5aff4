"""Benchmarks: the kernels of kernels/ through anychip, beside hand-written C++ and Intel's OpenCL CPU runtime.

catalogue   the kernels, their sizes and what the peers are known to reach
build       programs from sources, by anychip's own compiler
opencl      the OpenCL runtime from PyPI, in a virtual environment of its own; opencl_worker runs inside it
columns     what is compared: a column is a way to start a worker for a kernel
worker      a process that measures one round when asked
report      figures to tables and verdicts
run         the command: python -m benchmarks.run
"""
