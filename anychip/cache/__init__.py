"""Artefacts on disk: ``store`` keeps them by key, ``manifest`` knows from which files they were made, ``identity`` names
the package and the machine for the keys. Import from the modules: this package itself loads nothing.
"""
