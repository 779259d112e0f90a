# Versions of the configs in compose.yml: none yet.
