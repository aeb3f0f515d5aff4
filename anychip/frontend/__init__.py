"""From CUDA source to our IR: finding and running clang, cleaning its IR, reading it."""
