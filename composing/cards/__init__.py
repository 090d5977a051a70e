"""Cards: the usual shapes of Flex messages, written and read as plain values.

`patterns` is how a shape is filled and read back, `holes` what a value may be, `shapes` are the shapes,
`reading` finds the shapes of a message.
"""
