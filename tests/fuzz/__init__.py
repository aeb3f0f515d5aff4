"""Random kernels on which the compiled path must agree with the reference executor, bit for bit.

``style`` draws from a seed what a kernel may contain; ``expressions``, ``accesses``, ``statements``, ``frame`` and
``kernels`` write it, as a ``tree`` of statements; ``inputs`` makes what it reads. ``build`` compiles many in one
module, for each lane count those that are taken; ``oracle`` runs them on the reference executor, ``compiled`` by
``runner`` (a process of its own) on the runtime, ``emulated`` on other processors. ``campaign`` compares, ``reduce``
deletes statements while the two still disagree, ``workers`` spreads ``chunk``s of seeds over processes.
"""
