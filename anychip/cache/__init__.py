"""Artefacts on disk. Import from the modules: this package itself loads nothing.

``store`` keeps artefacts by key, ``manifest`` knows from which files they were made, ``identity`` names the package and
the machine for the keys.
"""
