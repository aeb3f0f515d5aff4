"""From CUDA source to our IR: clang, LLVM clean-up passes, the reader of LLVM's text, the contraction."""
