"""One module per contender: `load(folder)` is not measured, `outcomes(loaded)` is, and
`as_arrow(answer)` makes of its answer what can be compared."""
