"""The window: everything that imports PySide6."""

from coophost_gui.gui import frugal

frugal.read_no_sources()  # before more is imported
frugal.share_the_heap()  # before there are threads
