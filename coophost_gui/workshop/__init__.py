"""Try it out: a make-believe server inside the program, for practice and for workshops."""
