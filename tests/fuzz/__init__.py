"""Random kernels on which the compiled path must agree with the reference executor, bit for bit.

``expressions``, ``statements`` and ``kernels`` write a kernel from a seed, as a ``tree`` of statements. ``build``
compiles many of them in one translation unit; ``oracle`` runs them on the reference executor, ``runner`` (a process of
its own) on the runtime; ``campaign`` compares and ``reduce`` deletes statements while the two still disagree.
"""
