"""IR to LLVM IR to an object file: ``scalar.write_scalar`` and then ``object_file.emit_object``."""
