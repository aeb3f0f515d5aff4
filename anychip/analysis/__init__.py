"""Facts about IR: pure functions of it that never change it."""
