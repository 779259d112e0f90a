"""Packages are found by themselves; the two folders of data are shipped inside the package."""

from setuptools import find_namespace_packages, find_packages, setup

DATA = {"coophost_gui.resources": "resources", "coophost_gui.recipes_cache": "recipes_cache"}
INSIDE = [
    f"{name}.{part}"
    for name, folder in DATA.items()
    for part in find_namespace_packages(folder, exclude=["pictures"])
]

setup(
    packages=[*find_packages(include=["coophost_gui*"]), *DATA, *INSIDE],
    package_dir=DATA,
    package_data={name: ["*", ".*"] for name in (*DATA, *INSIDE)},
)
