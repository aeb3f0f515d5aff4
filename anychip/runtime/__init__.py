"""The C++ runtime seen from Python: building it, linking programs with it, loading it. Its sources are in native/."""
