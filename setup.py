"""All is in pyproject.toml. A pip before 21.3 asks for this file first, and then says which Python is needed."""

from setuptools import setup

setup()
