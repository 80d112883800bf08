"""All is in pyproject.toml, but that the notebooks travel with the package, from a folder of their own.

A pip before 21.3 asks for this file first, and then says which Python is needed.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["bpcourse*"]), "bpcourse.notebooks"],
    package_dir={"bpcourse.notebooks": "notebooks"},
)
