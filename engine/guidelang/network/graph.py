"""What the nodes of a network stand on."""

from __future__ import annotations

from guidelang.network import ir


def operands_of(node: ir.Node) -> tuple[ir.NodeId, ...]:
    """The nodes a node is computed from."""
    match node:
        case ir.Compare():
            return (node.left, node.right)
        case ir.IsOneOf():
            return (node.subject,)
        case ir.LastN():
            return (node.right,)
        case ir.Age(at=str() as day):
            return (day,)
        case ir.ValueKnown() | ir.ConditionKnown() | ir.Certainly() | ir.Not():
            return (node.operand,)
        case ir.Round() | ir.Affine() | ir.DateShift():
            return (node.operand,)
        case ir.And() | ir.Or() | ir.AtLeast() | ir.FirstKnownCondition() | ir.FirstKnownValue() | ir.Arithmetic():
            return node.operands
        case ir.Score():
            return tuple(item.operand for item in node.items)
        case ir.Table():
            return (*node.columns, *(row.condition for row in node.rows))
        case _:
            return ()
