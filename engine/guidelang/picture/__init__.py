"""Pictures of a rule network, and of one patient's run on it.

A network has a node for every comparison and every `and`; nobody wants to look at that. `draw` keeps what a reader of
the guideline would draw: facts, conditions in the words of the guideline, derived facts, rules and advice. An `and`
below a rule is no node but several arrows; a negation is the end of an arrow. With an evaluation each node says what
became of it.

`shape` is what a picture is made of, `draw` makes one, `marks` adds a patient; `dot` and `mermaid` write it down, and
`svg` has Graphviz lay it out, where that is installed.
"""

from guidelang.picture.draw import draw
from guidelang.picture.shape import Edge, Look, Mark, Node, Picture
from guidelang.picture.svg import NoGraphviz

__all__ = ["Edge", "Look", "Mark", "NoGraphviz", "Node", "Picture", "draw"]
