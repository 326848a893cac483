"""The world behind the ports: one package per place where an archive can live."""
