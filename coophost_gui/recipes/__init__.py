"""The recipe layer, as abra knows it: folders, settings, versions, catalogue, meanings."""
