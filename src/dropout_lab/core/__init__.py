"""The heart: dropout in two lines, a small network around them, and the checks that both passes are right."""
