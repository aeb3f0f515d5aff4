"""Facts about IR: pure functions from a function or module to a result; nothing here changes IR."""
