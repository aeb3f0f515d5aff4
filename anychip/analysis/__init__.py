"""Facts about IR: control flow, dominance, calls, liveness, shared memory, validity. Nothing here changes IR."""
